/** Deletes accounts. */

import { usernameOf } from './access-token-claims.ts'
import { type Ends, endSessionsAfter, endTargetOf } from './ends.ts'
import type { Caller, ReportEvent } from './events.ts'
import type { PasswordPort, ProfilePort, SignInPort, User } from './identity-provider.ts'
import type { PasswordOnlyLogins } from './password-only-logins.ts'
import type { Photos } from './photo.ts'
import { hasCode } from './shared-errors.ts'

export interface AccountsOptions {
  readonly identity: Pick<ProfilePort, 'deleteUser'> &
    Pick<PasswordPort, 'changePassword'> &
    Pick<SignInPort, 'signIn'>
  readonly ends: Ends
  /** Undefined where photos are switched off. */
  readonly photos: Pick<Photos, 'nameOfCurrent' | 'deleteUnused'> | undefined
  readonly passwordOnlyLogins: Pick<PasswordOnlyLogins, 'has'>
  readonly report: ReportEvent
}

export interface Accounts {
  /**
   * Deletes the user at Cognito after a check of the password, ends every session, deletes the photo.
   * @throws AppError `invalid_credentials`, `attempt_limit_exceeded`; `store_unavailable` before anything is deleted
   */
  remove(accessToken: string, user: User, password: string, caller?: Caller): Promise<void>
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { identity, ends, photos, report } = options
  return {
    async remove(accessToken, user, password, caller) {
      const { sub } = user
      await checkPassword(options, accessToken, user, password)
      const photo = await photos?.nameOfCurrent(accessToken, sub)
      await endSessionsAfter(ends, endTargetOf(user, 'account_deleted', accessToken), () =>
        identity.deleteUser(accessToken)
      )
      report('account.deleted', { sub, caller })
      if (photo) await photos?.deleteUnused(photo, sub)
    }
  }
}

/**
 * Checks the password, if possible without a code being sent: for accounts with a second factor by changing the
 * password to itself, because Cognito checks the current one. A pool that rejects the same password as the new one may
 * do so before it checks the current one: then a login checks it, and may send a code.
 * @throws AppError `invalid_credentials`, `attempt_limit_exceeded`
 */
async function checkPassword(
  { identity, passwordOnlyLogins }: AccountsOptions,
  accessToken: string,
  { email }: User,
  password: string
): Promise<void> {
  if (!(await passwordOnlyLogins.has(email))) {
    const same = { currentPassword: password, newPassword: password }
    try {
      return await identity.changePassword(accessToken, same)
    } catch (error) {
      if (!hasCode(error, 'invalid_password')) throw error
    }
  }
  // Cognito issues a challenge only after the right password: both results prove it.
  await identity.signIn({ email: usernameOf(accessToken), password })
}
