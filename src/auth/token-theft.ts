/**
 * What is done about a refresh token that somebody else has used. Cognito reports the second use, and leaves the
 * newer tokens alive to whoever has them (RFC 9700, 4.14.2, has the authorization server revoke them).
 */
import { type Ends, whoseOf } from './ends.ts'
import type { Report } from './events.ts'
import type { Clock, IdentityProvider, Tokens } from './identity-provider.ts'
import { retryOnce } from './retry.ts'
import { type Authenticated, type SessionStore, sessionFields } from './session.ts'
import { revokeTwice } from './sign-out.ts'

export interface TheftOptions {
  readonly identity: Pick<IdentityProvider, 'revoke' | 'signOutEverywhere'>
  readonly sessions: Pick<SessionStore, 'destroy'>
  readonly clock: Clock
  readonly report: Report
  /** Ends the user's other sessions and the logins under way, too. Undefined: those go on. */
  readonly theftEnds?: Ends
}

/**
 * Ends the session here, the user's others as configured, and at Cognito what can be ended. Failures of Cognito are
 * reported, not thrown. @throws AppError `store_unavailable`; then nothing has happened, and the next refresh finds
 * the same.
 */
export async function endStolen(
  options: TheftOptions,
  session: Authenticated,
  tokens: Tokens
): Promise<void> {
  const { sessions, theftEnds, report } = options
  const end = await theftEnds?.write(whoseOf(session.data.user, tokens.accessToken))
  await sessions.destroy(session)
  await end?.carryOut()
  // In this order: RevokeToken makes the access token invalid that GlobalSignOut needs.
  const isSignedOut = await signOut(options, session, tokens)
  await revokeTwice(options, sessionFields(session), tokens.refreshToken)
  const reason = isSignedOut ? 'signed_out_everywhere' : 'revoked_only'
  report('token_theft_suspected', { ...sessionFields(session), reason })
}

/** GlobalSignOut ends the newer tokens for certain, but needs an access token that has not expired. */
async function signOut(
  { identity, clock, report }: TheftOptions,
  session: Authenticated,
  { accessToken, accessExpiresAt }: Tokens
): Promise<boolean> {
  if (accessExpiresAt <= clock()) return false
  try {
    await retryOnce(() => identity.signOutEverywhere(accessToken))
    return true
  } catch (error) {
    report('revoke.failed', { ...sessionFields(session), reason: 'global_sign_out', error })
    return false
  }
}
