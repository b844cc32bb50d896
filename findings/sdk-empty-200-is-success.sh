#!/usr/bin/env bash
# Surprise: the AWS SDK takes a 200 without a body, or with a body of `{}`, for the success of any Cognito operation: a
#   sign-in "succeeds" without tokens and without a challenge, GetUser without a user.
# Version: @aws-sdk/client-cognito-identity-provider 3.1169.0
# Expectation: the API model marks members as required (GetUserResponse: Username, UserAttributes; see the generated
#   types `GetUserResponse`), and InitiateAuth returns tokens or a challenge
#   (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html). The SDK checks
#   required members of what it sends, and none of what it receives.
# Who cares: clients behind proxies, firewalls and captive portals that answer 200 themselves. Check for what you need
#   before you call a login or a change of password done.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-cognito-identity-provider@3.1169.0
cat >run.mjs <<'JS'
import { createServer } from 'node:http'
import {
  CognitoIdentityProviderClient,
  GetUserCommand,
  InitiateAuthCommand
} from '@aws-sdk/client-cognito-identity-provider'

let body = ''
const server = createServer((request, response) => request.resume().on('end', () => response.end(body)))
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const endpoint = `http://127.0.0.1:${server.address().port}`
const client = new CognitoIdentityProviderClient({ region: 'us-east-1', endpoint })
const login = () =>
  new InitiateAuthCommand({
    ClientId: 'exampleclient',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'user', PASSWORD: 'Correct-Horse-9' }
  })
const results = {}
for (const [name, text] of [['empty', ''], ['{}', '{}']]) {
  body = text
  for (const command of [login(), new GetUserCommand({ AccessToken: 'a.b.c' })]) {
    const { $metadata, ...rest } = await client.send(command)
    results[`${command.constructor.name}, body ${name}`] = `${$metadata.httpStatusCode} ${JSON.stringify(rest)}`
  }
}
console.log(results)
server.close()
server.closeAllConnections()
process.exitCode = Object.values(results).every(one => one === '200 {}') ? 0 : 1
JS
echo "Node $(node --version)"
node run.mjs
