/** The end of an account. */
import type { ProfilePort } from './account-ports.ts'
import type { Photos } from './photo.ts'
import type { SignInPort } from './ports.ts'
import type { Report } from './report.ts'
import type { SessionStore } from './session.ts'
import { usernameOf } from './username.ts'

export interface AccountsOptions {
  readonly identity: Pick<ProfilePort, 'deleteUser'> & Pick<SignInPort, 'signIn'>
  readonly sessions: Pick<SessionStore, 'destroyAll'>
  /** Undefined where photos are switched off. */
  readonly photos: Pick<Photos, 'find' | 'discard'> | undefined
  readonly report: Report
}

export interface Accounts {
  /**
   * Deletes the user at Cognito after a check of the password, ends every session, deletes the photo.
   * @throws AppError `invalid_credentials`, `attempt_limit_exceeded`
   */
  remove(accessToken: string, sub: string, password: string): Promise<void>
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { identity, sessions, photos, report } = options
  return {
    async remove(accessToken, sub, password) {
      // A challenge comes only after the password was proved: it is right either way.
      await identity.signIn({ email: usernameOf(accessToken), password })
      const photo = await photos?.find(accessToken, sub)
      await identity.deleteUser(accessToken)
      report('account.deleted', { sub })
      // Side by side: neither a store nor a bucket that fails keeps the other from being cleared.
      await Promise.all([sessions.destroyAll(sub), photo && photos?.discard(photo, sub)])
    }
  }
}
