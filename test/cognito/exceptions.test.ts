/** The exceptions of sign-in and sessions, raw on the wire, and what becomes of them. */

import { test } from 'tap'
import { account, cases, testTable } from './exception-cases.ts'
import { sendException, serviceFor, startStub } from './stub.ts'

const login = cases(`
  InvalidParameter | something of our own making | upstream_error | invalid_parameter
  NotAuthorized | Incorrect username or password. | invalid_credentials | wrong_password
  NotAuthorized | User is disabled. | invalid_credentials | user_disabled
  NotAuthorized | Password attempts exceeded | attempt_limit_exceeded | password_attempts_exceeded
  NotAuthorized | Temporary password has expired and must be reset by an administrator. | password_reset_required | temporary_password_expired
  NotAuthorized | Unable to login because of security reasons | invalid_credentials | threat_protection
  UserNotFound | User does not exist. | invalid_credentials | user_not_found
  UserNotConfirmed | User is not confirmed. | user_not_confirmed | user_not_confirmed
  PasswordResetRequired | Password reset required for the user | password_reset_required | password_reset_required
  UserLambdaValidation | PreAuthentication failed with error no. | refused_by_trigger | refused_by_trigger
  UnexpectedLambda | PreAuthentication failed | upstream_error | trigger_failed
  InvalidParameter | USER_PASSWORD_AUTH flow not enabled for this client | upstream_error | misconfigured_auth_flow
  InvalidParameter | USER_SRP_AUTH is not enabled for the client. | upstream_error | misconfigured_auth_flow
  InvalidParameter | Initiate Auth method not supported. | upstream_error | misconfigured_auth_flow
  InvalidParameter | Missing required parameter USERNAME | invalid_credentials | malformed_credentials
  InvalidParameter | Username should be an email. | invalid_credentials | malformed_credentials
  InvalidParameter | Missing required parameter SRP_A | upstream_error | invalid_parameter
  InvalidParameter | TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english. | upstream_error | invalid_parameter
  UnsupportedOperation | no | upstream_error | misconfigured_auth_flow
  FeatureUnavailableInTier | no | upstream_error | misconfigured_user_pool
  InvalidSmsRoleTrustRelationship | no | upstream_error | misconfigured_message_delivery
`)

const refresh = cases(`
  InvalidParameter | something of our own making | upstream_error | invalid_parameter
  NotAuthorized | Refresh Token has been revoked | session_expired | refresh_token_revoked
  NotAuthorized | Refresh Token has expired | session_expired | refresh_token_expired
  NotAuthorized | Invalid Refresh Token | session_expired | refresh_token_invalid
  NotAuthorized | User is disabled. | session_expired | user_disabled
  RefreshTokenReuse | Refresh token reuse detected | session_expired | refresh_token_reused
  UserNotFound | User does not exist. | session_expired | user_not_found
  PasswordResetRequired | Password reset required for the user | session_expired | password_reset_required
  UnexpectedLambda | PreTokenGeneration failed | cognito_unavailable | trigger_failed
  UserLambdaValidation | PreTokenGeneration failed | cognito_unavailable | refused_by_trigger
`)

const revoke = cases(`
  Unauthorized | Invalid client or secret | upstream_error | misconfigured_client_secret
  UnsupportedOperation | This feature is not enabled for this client | upstream_error | misconfigured_token_revocation
`)

testTable('each exception of sessions becomes the right error', [
  ['signIn', service => service.signIn({ email: 'a@example.com', password: 'x' }), login],
  ['refresh', service => service.refresh('token'), refresh],
  ['revoke', service => service.revoke('token'), revoke],
  ['signOutEverywhere', service => service.signOutEverywhere('token'), account],
  ['getUser', service => service.getUser('token'), account]
])

test('revoking a token that is already dead succeeds', async t => {
  let message = ''
  const stub = await startStub(t, response =>
    sendException(response, 'NotAuthorizedException', message)
  )
  const service = serviceFor(t, stub.endpoint)
  for (message of [
    'Refresh Token has been revoked',
    'Refresh Token has expired',
    'Invalid Refresh Token'
  ]) {
    t.equal(await service.revoke('token'), undefined, message)
  }
})
