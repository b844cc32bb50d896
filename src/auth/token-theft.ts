/**
 * The reaction to a stolen refresh token. Cognito rejects the second use of a token, and leaves the newer tokens valid
 * for the party that has them (RFC 9700, 4.14.2, requires the authorization server to revoke them).
 */
import { type Ends, endTargetOf } from './ends.ts'
import type { ReportEvent } from './events.ts'
import type { Clock, IdentityProvider, Tokens } from './identity-provider.ts'
import { retryOnce } from './retry.ts'
import { type Authenticated, type SessionStore, sessionFields } from './session.ts'
import { revokeRefreshToken } from './sign-out.ts'

export interface TheftOptions {
  readonly identity: Pick<IdentityProvider, 'revoke' | 'signOutEverywhere'>
  readonly sessions: Pick<SessionStore, 'destroy'>
  readonly clock: Clock
  readonly report: ReportEvent
  /** Set where the user's other sessions and logins in progress are to end, too. */
  readonly theftEnds?: Ends
}

/**
 * Ends the session and, as configured, the user's others, and revokes at Cognito what can be revoked. Failures of
 * Cognito are reported, not thrown. @throws AppError `store_unavailable`; then nothing has changed, and the next
 * refresh detects the same.
 */
export async function endStolen(
  options: TheftOptions,
  session: Authenticated,
  tokens: Tokens
): Promise<void> {
  const { sessions, theftEnds, report } = options
  const end = await theftEnds?.record(
    endTargetOf(session.data.user, 'token_theft', tokens.accessToken)
  )
  await sessions.destroy(session, 'token_theft')
  await end?.carryOut()
  // Before RevokeToken, which invalidates the access token that GlobalSignOut needs.
  const isSignedOut = await signOutEverywhere(options, session, tokens)
  await revokeRefreshToken(options, sessionFields(session), tokens.refreshToken)
  const reason = isSignedOut ? 'signed_out_everywhere' : 'revoked_only'
  report('token_theft_suspected', { ...sessionFields(session), reason })
}

/** GlobalSignOut certainly invalidates the newer tokens, but needs an access token that has not expired. */
async function signOutEverywhere(
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
