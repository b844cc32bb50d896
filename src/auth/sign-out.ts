/** Signing out: the record goes first, so that nothing in flight can use or restore it. */
import type { IdentityProvider } from './ports.ts'
import type { Report } from './report.ts'
import type { Authenticated, SessionStore } from './session.ts'

export interface SignOutOptions {
  readonly identity: Pick<IdentityProvider, 'revoke' | 'signOutEverywhere'>
  readonly sessions: Pick<SessionStore, 'destroy' | 'destroyAll'>
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
  /** Ends every session of the user, here and at Cognito (GlobalSignOut). Answers how many. */
  everywhere(session: Authenticated): Promise<number>
}

export function createSignOut(options: SignOutOptions): SignOut {
  const { identity, sessions, accessTokens, report } = options
  return {
    async here(session) {
      const tokens = session.tokens()
      await sessions.destroy(session)
      report('logout', describe(session))
      if (tokens) await revokeTwice(identity, tokens.refreshToken, session, report)
    },
    async everywhere(session) {
      const accessToken = await accessTokens.get(session).catch((error: unknown) => {
        report('revoke.failed', { ...describe(session), reason: 'no_access_token', error })
      })
      const ended = await sessions.destroyAll(session.data.user.sub)
      report('logout.all', describe(session))
      if (accessToken) {
        await identity.signOutEverywhere(accessToken).catch((error: unknown) => {
          report('revoke.failed', { ...describe(session), reason: 'global_sign_out', error })
        })
      }
      return ended
    }
  }
}

const describe = (session: Authenticated) => ({
  sub: session.data.user.sub,
  session: session.data.handle
})

/** One retry: most failures are a lost connection, and the user waits for the answer. */
async function revokeTwice(
  identity: Pick<IdentityProvider, 'revoke'>,
  refreshToken: string,
  session: Authenticated,
  report: Report
): Promise<void> {
  try {
    await identity.revoke(refreshToken).catch(() => identity.revoke(refreshToken))
  } catch (error) {
    report('revoke.failed', { ...describe(session), error })
  }
}
