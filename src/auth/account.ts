/** The end of an account. */
import type { ProfilePort } from './account-ports.ts'
import type { Caller } from './caller.ts'
import { type Ends, ending, whoseOf } from './ends.ts'
import type { Photos } from './photo.ts'
import type { SignInPort, User } from './ports.ts'
import type { Report } from './report.ts'
import { usernameOf } from './username.ts'

export interface AccountsOptions {
  readonly identity: Pick<ProfilePort, 'deleteUser'> & Pick<SignInPort, 'signIn'>
  readonly ends: Ends
  /** Undefined where photos are switched off. */
  readonly photos: Pick<Photos, 'find' | 'discard'> | undefined
  readonly report: Report
}

export interface Accounts {
  /**
   * Deletes the user at Cognito after a check of the password, ends every session, deletes the photo.
   * @throws AppError `invalid_credentials`, `attempt_limit_exceeded`; `store_unavailable` before anything is deleted
   */
  remove(accessToken: string, user: User, password: string, by?: Caller): Promise<void>
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { identity, ends, photos, report } = options
  return {
    async remove(accessToken, user, password, by) {
      const { sub } = user
      // A challenge comes only after the password was proved: it is right either way.
      await identity.signIn({ email: usernameOf(accessToken), password })
      const photo = await photos?.find(accessToken, sub)
      await ending(ends, whoseOf(user, accessToken), () => identity.deleteUser(accessToken))
      report('account.deleted', { sub, by })
      if (photo) await photos?.discard(photo, sub)
    }
  }
}
