/** Signing out: the record goes first, so that nothing in flight can use or restore it. */
import type { IdentityProvider, SignedIn } from './ports.ts'
import { about, type Report } from './report.ts'
import { revokeTwice } from './revoke.ts'
import { type Authenticated, isAuthenticated, type SessionStore } from './session.ts'

export interface SignOutOptions {
  readonly identity: Pick<IdentityProvider, 'revoke' | 'signOutEverywhere'>
  readonly sessions: Pick<SessionStore, 'read' | 'destroy' | 'destroyAll'>
  readonly accessTokens: { get(session: Authenticated): Promise<string> }
  readonly report: Report
}

export interface SignOut {
  /**
   * Ends one session here and revokes its refresh token at Cognito. A Cognito that does not answer
   * does not keep anybody logged in: the only copy of the token is destroyed either way.
   * @throws AppError `store_unavailable`; then nothing has happened.
   */
  here(session: Authenticated): Promise<void>
  /** Revokes what Cognito gave for a login that could not be stored: nobody holds it, nobody is to use it. */
  unstored(signedIn: SignedIn): Promise<void>
  /** Ends every session of the user, here and at Cognito (GlobalSignOut). Answers how many. */
  everywhere(session: Authenticated): Promise<number>
}

export function createSignOut(options: SignOutOptions): SignOut {
  const { identity, sessions, accessTokens, report } = options
  return {
    async here(session) {
      const tokens = (await latest(sessions, session)).tokens()
      await sessions.destroy(session)
      report('logout', about(session))
      if (tokens) await revokeTwice(options, about(session), tokens.refreshToken)
    },
    unstored: ({ user: { sub }, tokens }) =>
      revokeTwice(options, { sub, reason: 'not_stored' }, tokens.refreshToken),

    async everywhere(session) {
      const accessToken = await accessTokens.get(session).catch((error: unknown) => {
        report('revoke.failed', { ...about(session), reason: 'no_access_token', error })
      })
      const ended = await sessions.destroyAll(session.data.user.sub)
      report('logout.all', about(session))
      if (accessToken) {
        const again = () => identity.signOutEverywhere(accessToken)
        await again()
          .catch(again)
          .catch((error: unknown) => {
            report('revoke.failed', { ...about(session), reason: 'global_sign_out', error })
          })
      }
      return ended
    }
  }
}

/** A refresh may have rotated the refresh token since the request began: the newest is the one to revoke. */
async function latest(
  sessions: Pick<SessionStore, 'read'>,
  session: Authenticated
): Promise<Authenticated> {
  const now = await sessions.read(session.id)
  return now && isAuthenticated(now) ? now : session
}
