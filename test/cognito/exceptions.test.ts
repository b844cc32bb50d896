/** Every exception of phase one's calls, raw on the wire, and what becomes of it. */

import { test } from 'tap'
import type { IdentityProvider } from '../../src/auth/ports.ts'
import { failure, sendException, serviceFor, startStub } from './stub.ts'

type Ask = (service: IdentityProvider) => Promise<unknown>
/** Exception (without the word), Cognito's message, our code, our reason. */
type Case = readonly [exception: string, message: string, code: string, reason: string]

/** What any call may be answered with. */
const everywhere = cases(`
  NotAuthorized | Unable to verify secret hash for client localclient0000000000000001 | upstream_error | misconfigured_client_secret
  NotAuthorized | Client localclient0000000000000001 is configured with secret but SECRET_HASH was not received | upstream_error | misconfigured_client_secret
  NotAuthorized | Client localclient0000000000000001 is configured for secret but secret was not received | upstream_error | misconfigured_client_secret
  ResourceNotFound | User pool client localclient0000000000000001 does not exist. | upstream_error | misconfigured_client_id
  ResourceNotFound | User pool us-east-1_Local0001 does not exist. | upstream_error | misconfigured_user_pool
  TooManyRequests | Rate exceeded | cognito_unavailable | throttled
  Throttling | Rate exceeded | cognito_unavailable | throttled
  InternalError |  | cognito_unavailable | cognito_failing
  LimitExceeded | Attempt limit exceeded, please try after some time. | attempt_limit_exceeded | attempt_limit
  Forbidden | Request not allowed due to WAF block. | upstream_error | blocked_by_waf
  OperationNotEnabled | not enabled | upstream_error | misconfigured_user_pool
  Surprise | never heard of | upstream_error | unknown_exception
  InvalidParameter | something of our own making | upstream_error | invalid_parameter
`)

const login = cases(`
  NotAuthorized | Incorrect username or password. | invalid_credentials | wrong_password
  NotAuthorized | User is disabled. | invalid_credentials | user_disabled
  NotAuthorized | Password attempts exceeded | attempt_limit_exceeded | password_attempts_exceeded
  NotAuthorized | Temporary password has expired and must be reset by an administrator. | password_reset_required | temporary_password_expired
  NotAuthorized | Unable to login because of security reasons | invalid_credentials | threat_protection
  UserNotFound | User does not exist. | invalid_credentials | user_not_found
  UserNotConfirmed | User is not confirmed. | user_not_confirmed | user_not_confirmed
  PasswordResetRequired | Password reset required for the user | password_reset_required | password_reset_required
  UserLambdaValidation | PreAuthentication failed with error no. | invalid_credentials | refused_by_trigger
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

const account = cases(`
  NotAuthorized | Access Token has been revoked | session_expired | access_token_revoked
  NotAuthorized | Access Token has expired | session_expired | access_token_expired
  NotAuthorized | Invalid Access Token | session_expired | access_token_invalid
  NotAuthorized | Could not verify signature for Access Token | session_expired | access_token_invalid
  NotAuthorized | Access Token does not have required scopes | upstream_error | misconfigured_scopes
  NotAuthorized | User is disabled. | session_expired | user_disabled
  UserNotFound | User does not exist. | session_expired | user_not_found
  UserNotConfirmed | User is not confirmed. | session_expired | user_not_confirmed
  PasswordResetRequired | Password reset required for the user | session_expired | password_reset_required
`)

const calls: readonly (readonly [name: string, ask: Ask, cases: readonly Case[]])[] = [
  ['signIn', service => service.signIn({ email: 'a@example.com', password: 'x' }), login],
  ['refresh', service => service.refresh('token'), refresh],
  ['revoke', service => service.revoke('token'), revoke],
  ['signOutEverywhere', service => service.signOutEverywhere('token'), account],
  ['getUser', service => service.getUser('token'), account]
]

test('each exception becomes the right error at each call, after one attempt', async t => {
  let next: Case = ['', '', '', '']
  const stub = await startStub(t, response =>
    sendException(response, `${next[0]}Exception`, next[1])
  )
  const service = serviceFor(t, stub.endpoint)
  for (const [name, ask, cases] of calls) {
    for (const row of [...everywhere, ...cases]) {
      next = row
      stub.calls.length = 0
      const { code, reason } = await failure(ask(service))
      t.same([code, reason], row.slice(2), `${name}: ${row[0]} ${row[1]}`)
      t.equal(stub.calls.length, 1)
    }
  }
})

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

test('the cause is kept for the log without what was sent', async t => {
  const message = "1 validation error detected: Value 'hunter2' at 'accessToken' failed to satisfy"
  const stub = await startStub(t, response => sendException(response, 'OddException', message))
  const { cause } = await failure(serviceFor(t, stub.endpoint).getUser('token'))
  t.match(cause, { name: 'OddException', message: /Value at 'accessToken' failed to satisfy/ })
  t.notMatch(JSON.stringify(cause, Object.getOwnPropertyNames(cause)), 'hunter2')
})

function cases(table: string): readonly Case[] {
  const rows = table.trim().split('\n')
  return rows.map(row => {
    const [exception = '', message = '', code = '', reason = ''] = row.trim().split(' | ')
    return [exception, message, code, reason] as const
  })
}
