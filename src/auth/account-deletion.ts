/** The end of an account. */

import { usernameOf } from './access-token-claims.ts'
import { type Ends, ending, whoseOf } from './ends.ts'
import type { Caller, Report } from './events.ts'
import type { PasswordPort, ProfilePort, SignInPort, User } from './identity-provider.ts'
import type { PasswordAlone } from './password-only-logins.ts'
import type { Photos } from './photo.ts'
import { isCode } from './shared-errors.ts'

export interface AccountsOptions {
  readonly identity: Pick<ProfilePort, 'deleteUser'> &
    Pick<PasswordPort, 'changePassword'> &
    Pick<SignInPort, 'signIn'>
  readonly ends: Ends
  /** Undefined where photos are switched off. */
  readonly photos: Pick<Photos, 'find' | 'discard'> | undefined
  readonly passwordAlone: Pick<PasswordAlone, 'has'>
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
      await check(options, accessToken, user, password)
      const photo = await photos?.find(accessToken, sub)
      await ending(ends, whoseOf(user, accessToken), () => identity.deleteUser(accessToken))
      report('account.deleted', { sub, by })
      if (photo) await photos?.discard(photo, sub)
    }
  }
}

/**
 * Proves the password, if possible so that no code is sent. A change of the password to itself does that for
 * accounts with a second factor: Cognito compares the current one. Where the pool refuses the same password as the
 * next one, it may have done so before it compared: then a login tells, and may send a code.
 * @throws AppError `invalid_credentials`, `attempt_limit_exceeded`
 */
async function check(
  { identity, passwordAlone }: AccountsOptions,
  accessToken: string,
  { email }: User,
  password: string
): Promise<void> {
  if (!(await passwordAlone.has(email))) {
    const same = { currentPassword: password, newPassword: password }
    try {
      return await identity.changePassword(accessToken, same)
    } catch (error) {
      if (!isCode(error, 'invalid_password')) throw error
    }
  }
  // A challenge comes only after the password was proved: it is right either way.
  await identity.signIn({ email: usernameOf(accessToken), password })
}
