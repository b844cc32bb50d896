#!/usr/bin/env bash
# Surprise: the AWS SDK takes Cognito's LimitExceededException (HTTP 400: this user has tried too often) for throttling
#   and sends the call three times, a wrong code included, with pauses in between.
# Version: @aws-sdk/client-cognito-identity-provider 3.1169.0, default configuration
# Expectation: the Cognito API reference tells it from TooManyRequestsException: "thrown when a user exceeds the limit
#   for a requested AWS resource"
#   (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html).
#   A limit on a user that lasts for minutes is not one that a pause of 100 ms ends.
# Who cares: back ends that pass ConfirmForgotPassword, ConfirmSignUp or ForgotPassword on: each refusal costs three
#   calls of the pool's quota, and the person waits for all of them.
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
  ConfirmForgotPasswordCommand
} from '@aws-sdk/client-cognito-identity-provider'

const sent = {}
let type = ''
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    sent[type] = (sent[type] ?? 0) + 1
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify({ __type: type, message: 'Attempt limit exceeded, please try after some time.' }))
  })
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const client = new CognitoIdentityProviderClient({
  region: 'us-east-1',
  endpoint: `http://127.0.0.1:${server.address().port}`
})
for (type of ['LimitExceededException', 'CodeMismatchException', 'TooManyFailedAttemptsException']) {
  const input = { ClientId: 'exampleclient', Username: 'user', ConfirmationCode: '123456', Password: 'Correct-Horse-9' }
  await client.send(new ConfirmForgotPasswordCommand(input)).catch(() => undefined)
}
console.log('requests sent for one call each:', sent)
server.close()
server.closeAllConnections()
process.exitCode =
  sent.LimitExceededException === 3 && sent.CodeMismatchException === 1 && sent.TooManyFailedAttemptsException === 1
    ? 0
    : 1
JS
echo "Node $(node --version)"
node run.mjs
