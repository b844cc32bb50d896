/** Table tests of exceptions: raw on the wire, at one call after the other. */

import { test } from 'tap'
import type { IdentityProvider } from '../../src/auth/identity-provider.ts'
import { failure, sendException, serviceFor, startStub } from './stub.ts'

/** Exception (without the word), Cognito's message, our code, our reason. */
export type Case = readonly [exception: string, message: string, code: string, reason: string]

type Ask = (service: IdentityProvider) => Promise<unknown>

/** Reads rows of `exception | message | code | reason`. */
export function cases(table: string): readonly Case[] {
  const rows = table.trim().split('\n')
  return rows.map(row => {
    const [exception = '', message = '', code = '', reason = ''] = row.trim().split(' | ')
    return [exception, message, code, reason] as const
  })
}

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
`)

/** What any call that carries an access token may be answered with. */
export const account = cases(`
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

/** One test: every call gets what any call may get, and its own cases. */
export function testTable(
  title: string,
  calls: readonly (readonly [name: string, ask: Ask, cases: readonly Case[]])[]
): void {
  test(title, async t => {
    let next: Case = ['', '', '', '']
    const stub = await startStub(t, response =>
      sendException(response, `${next[0]}Exception`, next[1])
    )
    const service = serviceFor(t, stub.endpoint)
    for (const [name, ask, own] of calls) {
      for (const row of [...everywhere, ...own]) {
        next = row
        stub.calls.length = 0
        const { code, reason } = await failure(ask(service))
        t.same([code, reason], row.slice(2), `${name}: ${row[0]} ${row[1]}`)
        t.equal(stub.calls.length, 1, 'one attempt')
      }
    }
  })
}
