/** Signing out: the record goes first, so that nothing in flight can use or restore it. */

import { type Ends, whoseOf } from './ends.ts'
import type { Caller, EventFields, Report } from './events.ts'
import type { IdentityProvider, SignedIn } from './identity-provider.ts'
import { retryOnce } from './retry.ts'
import {
  type Authenticated,
  isAuthenticated,
  type LoadedSession,
  type SessionStore,
  sessionFields
} from './session.ts'

export interface SignOutOptions {
  readonly identity: Pick<IdentityProvider, 'revoke' | 'signOutEverywhere'>
  readonly sessions: Pick<SessionStore, 'destroy' | 'destroyUnread'>
  readonly ends: Ends
  readonly accessTokens: { get(session: Authenticated): Promise<string> }
  readonly report: Report
}

export interface SignOut {
  /**
   * Ends one session here, a login that is half done as well, and revokes its refresh token at Cognito. A
   * Cognito that does not answer does not keep anybody logged in: the only copy of the token is destroyed
   * either way.
   * @throws AppError `store_unavailable`; then nothing has happened.
   */
  here(session: LoadedSession): Promise<void>
  /**
   * Ends a session that the store could not give, as `here`. The store keeps at it for a minute, whatever this throws.
   * @throws AppError `store_unavailable`
   */
  unread(id: string, by?: Caller): Promise<void>
  /** Revokes the refresh token of a session in whose place another one has begun. Never throws. */
  replaced(ended: LoadedSession): Promise<void>
  /** Revokes what Cognito gave for a login that could not be stored: nobody holds it, nobody is to use it. */
  unstored(signedIn: SignedIn, by?: Caller): Promise<void>
  /**
   * Ends every session of the user, here and at Cognito (GlobalSignOut), and the logins under way.
   * @throws AppError `store_unavailable`; then nothing has happened.
   */
  everywhere(session: Authenticated): Promise<void>
}

export function createSignOut(options: SignOutOptions): SignOut {
  const { identity, sessions, ends, accessTokens, report } = options

  async function left(ended: LoadedSession, tell: (session: Authenticated) => void): Promise<void> {
    if (!isAuthenticated(ended)) return
    const tokens = ended.tokens()
    tell(ended)
    if (tokens) await revokeTwice(options, sessionFields(ended), tokens.refreshToken)
  }

  return {
    async here(session) {
      // A refresh may have rotated the refresh token since the request began: what counts is what the record
      // held. Where somebody else has ended it, what was read is all there is.
      const ended = (await sessions.destroy(session)) ?? session
      ended.caller = session.caller
      await left(ended, one => report('logout', sessionFields(one)))
    },
    async unread(id, by) {
      const ended = await sessions.destroyUnread(id)
      if (!ended) return
      ended.caller = by
      await left(ended, one => report('logout', sessionFields(one)))
    },
    replaced: ended => left(ended, one => report('session.replaced', sessionFields(one))),
    unstored: ({ user: { sub }, tokens }, by) =>
      revokeTwice(options, { sub, reason: 'not_stored', by }, tokens.refreshToken),

    async everywhere(session) {
      const end = await ends.write(whoseOf(session.data.user))
      const accessToken = await accessTokens.get(session).catch((error: unknown) => {
        report('revoke.failed', { ...sessionFields(session), reason: 'no_access_token', error })
      })
      await end.carryOut()
      report('logout.all', sessionFields(session))
      if (accessToken) {
        await retryOnce(() => identity.signOutEverywhere(accessToken)).catch((error: unknown) => {
          report('revoke.failed', { ...sessionFields(session), reason: 'global_sign_out', error })
        })
      }
    }
  }
}

// Revoking a refresh token that nobody is going to use any more.

export interface RevokeOptions {
  readonly identity: Pick<IdentityProvider, 'revoke'>
  readonly report: Report
}

/**
 * One retry: most failures are a lost connection, and the user waits for the answer. Never throws; `fields`
 * name the session and its user in the report.
 */
export async function revokeTwice(
  { identity, report }: RevokeOptions,
  fields: EventFields,
  refreshToken: string
): Promise<void> {
  try {
    await retryOnce(() => identity.revoke(refreshToken))
  } catch (error) {
    report('revoke.failed', { ...fields, error })
  }
}
