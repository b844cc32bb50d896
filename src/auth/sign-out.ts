/** Signing out. The session's record is deleted first, so that no concurrent request can use or restore it. */

import { AppError } from '../errors.ts'
import { type Ends, endTargetOf, type Logins } from './ends.ts'
import type { Caller, EventFields, EventName, ReportEvent } from './events.ts'
import type { IdentityProvider, SignedIn } from './identity-provider.ts'
import { retryOnce, retryWhileStoreUnavailable } from './retry.ts'
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
  readonly logins: Pick<Logins, 'begin'>
  readonly accessTokens: { get(session: Authenticated): Promise<string> }
  readonly report: ReportEvent
}

export interface SignOut {
  /**
   * Ends one session, also one with an unfinished login, and revokes its refresh token at Cognito. The user is logged
   * out even if Cognito is unavailable: the only copy of the token is deleted in any case.
   * @throws AppError `store_unavailable`; then nothing has changed.
   */
  endSession(session: LoadedSession): Promise<void>
  /**
   * Ends a session that the store could not read, as `endSession`. The store retries it for a minute, also after an error.
   * @throws AppError `store_unavailable`
   */
  endUnread(id: string, caller?: Caller): Promise<void>
  /** Revokes the refresh token of an ended session that another login has replaced. Never throws. */
  revokeReplaced(ended: LoadedSession): Promise<void>
  /** Revokes the refresh token of a login that could not be stored. Never throws. */
  revokeUnsaved(signedIn: SignedIn, caller?: Caller): Promise<void>
  /**
   * Ends every session of the user, at this service and at Cognito (GlobalSignOut), and the logins in progress.
   * @throws AppError `store_unavailable`; then nothing has changed.
   */
  endAllSessions(session: Authenticated): Promise<void>
  /**
   * Ends every other session of the user at this service, and the logins in progress. Their tokens are deleted here;
   * Cognito can revoke all tokens of a user only together, and those of this session must stay.
   * @param renew gives this session a new id, as of a login that began at `since`: without it, the session could not
   * get a new id later, because its login began before this end
   * @throws AppError `store_unavailable`; the other sessions end all the same as soon as the store is back.
   */
  endOtherSessions(
    session: Authenticated,
    renew: (since: number) => Promise<unknown>
  ): Promise<void>
}

export function createSignOut(options: SignOutOptions): SignOut {
  const { identity, sessions, ends, logins, accessTokens, report } = options

  async function revokeEnded(ended: LoadedSession, event: EventName): Promise<void> {
    if (!isAuthenticated(ended)) return
    const tokens = ended.tokens()
    report(event, sessionFields(ended))
    if (tokens) await revokeRefreshToken(options, sessionFields(ended), tokens.refreshToken)
  }

  return {
    async endSession(session) {
      // A refresh may have rotated the refresh token since the request began, so the deleted record counts. Where
      // another request has ended the session first, this request knows only what it has read.
      const ended = (await sessions.destroy(session, 'logged_out')) ?? session
      ended.caller = session.caller
      await revokeEnded(ended, 'logout')
    },
    async endUnread(id, caller) {
      const ended = await sessions.destroyUnread(id)
      if (!ended) return
      ended.caller = caller
      await revokeEnded(ended, 'logout')
    },
    revokeReplaced: ended => revokeEnded(ended, 'session.replaced'),
    revokeUnsaved: ({ user: { sub }, tokens }, caller) =>
      revokeRefreshToken(options, { sub, reason: 'not_stored', caller }, tokens.refreshToken),

    async endAllSessions(session) {
      const end = await ends.record(endTargetOf(session.data.user, 'logged_out_everywhere'))
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
    },

    async endOtherSessions(session, renew) {
      const { user, handle } = session.data
      const end = await ends.record({ ...endTargetOf(user, 'ended_by_user'), except: handle })
      if (!(await end.carryOut())) throw new AppError('store_unavailable')
      report('session.revoked', { ...sessionFields(session), reason: 'all_others' })
      const since = await retryWhileStoreUnavailable(() => logins.begin())
      await retryWhileStoreUnavailable(() => renew(since))
    }
  }
}

export interface RevokeOptions {
  readonly identity: Pick<IdentityProvider, 'revoke'>
  readonly report: ReportEvent
}

/**
 * Revokes a refresh token that must not be used any more, with one retry. Never throws.
 * @param fields name the session and its user in the event of a failure
 */
export async function revokeRefreshToken(
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
