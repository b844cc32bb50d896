#!/usr/bin/env bash
# Surprise: amazon-cognito-identity-js does not know the challenge EMAIL_OTP. A user whose second factor is e-mail gets
#   `onFailure` with "Cannot read properties of undefined (reading 'NewDeviceMetadata')" instead of `mfaRequired` or a
#   sentence; the Session is lost, so the login cannot be finished.
# Version: amazon-cognito-identity-js 6.3.21
# Expectation: EMAIL_OTP is one of Cognito's challenges since 2024
#   (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html, ChallengeName);
#   the library's README lists a callback for each step and an error for the rest.
# Who cares: teams that keep this library beside a pool in which e-mail MFA is switched on: their users are locked out by
#   a TypeError, as are those of SMS_OTP and SELECT_CHALLENGE.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund amazon-cognito-identity-js@6.3.21
cat >run.cjs <<'JS'
const { createServer } = require('node:http')
const { AuthenticationDetails, CognitoUser, CognitoUserPool } = require('amazon-cognito-identity-js')

const challenges = {
  SMS_MFA: { CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS', CODE_DELIVERY_DESTINATION: '+*******1234' },
  EMAIL_OTP: { CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL', CODE_DELIVERY_DESTINATION: 'u***@e***' }
}

async function outcomeOf(ChallengeName) {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
    const ChallengeParameters = challenges[ChallengeName]
    response.end(JSON.stringify({ ChallengeName, ChallengeParameters, Session: 'a-session-of-twenty-characters' }))
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${server.address().port}`
  const Pool = new CognitoUserPool({ UserPoolId: 'us-east-1_Example01', ClientId: 'exampleclient', endpoint })
  const user = new CognitoUser({ Username: 'user', Pool })
  user.setAuthenticationFlowType('USER_PASSWORD_AUTH')
  const outcome = await new Promise(resolve =>
    user.authenticateUser(new AuthenticationDetails({ Username: 'user', Password: 'Correct-Horse-9' }), {
      onSuccess: () => resolve('onSuccess'),
      onFailure: error => resolve(`onFailure: ${error.name}: ${error.message}`),
      mfaRequired: name => resolve(`mfaRequired: ${name}`)
    })
  )
  server.close()
  server.closeAllConnections()
  return outcome
}

;(async () => {
  const sms = await outcomeOf('SMS_MFA')
  const email = await outcomeOf('EMAIL_OTP')
  console.log({ SMS_MFA: sms, EMAIL_OTP: email })
  process.exitCode = sms === 'mfaRequired: SMS_MFA' && email.startsWith('onFailure: TypeError') ? 0 : 1
})()
JS
echo "Node $(node --version)"
node run.cjs
