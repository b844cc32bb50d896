#!/usr/bin/env bash
# Surprise: after a connection reset the AWS SDK sends the same RespondToAuthChallenge again, although the code and
#   the Session in it can be used once. A login that Cognito completed can so end as a refusal.
# Version: @aws-sdk/client-cognito-identity-provider 3.1169.0, default configuration
# Expectation: the AWS SDKs reference says that retries are for requests that can be sent again safely; the Cognito API
#   reference says of RespondToAuthChallenge's Session that it must be passed on as it is to the *next* challenge
#   (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html).
# Who cares: services that sign users in by the SDK and reads CodeMismatchException or NotAuthorizedException as
#   "the user typed a wrong code". Set maxAttempts: 1 for this operation.
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
  RespondToAuthChallengeCommand
} from '@aws-sdk/client-cognito-identity-provider'

let used = 0
// The first request is carried out, and its connection dies before the response. A Session is used up then.
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    used++
    if (used === 1) return request.socket.resetAndDestroy()
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
    const message = 'Invalid session for the user, session can only be used once.'
    response.end(JSON.stringify({ __type: 'NotAuthorizedException', message }))
  })
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const client = new CognitoIdentityProviderClient({
  region: 'us-east-1',
  endpoint: `http://127.0.0.1:${server.address().port}`
})
const outcome = await client
  .send(
    new RespondToAuthChallengeCommand({
      ClientId: 'exampleclient',
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      Session: 'a-session-of-at-least-twenty-characters',
      ChallengeResponses: { USERNAME: 'user', SOFTWARE_TOKEN_MFA_CODE: '123456' }
    })
  )
  .catch(error => error)
console.log(`requests sent for one call: ${used}; the caller sees: ${outcome.name}: ${outcome.message}`)
server.close()
server.closeAllConnections()
process.exitCode = used === 2 && outcome.name === 'NotAuthorizedException' ? 0 : 1
JS
echo "Node $(node --version)"
node run.mjs
