/** The end of an account. */
import type { ProfilePort } from './account-ports.ts'
import type { SignInPort } from './ports.ts'
import type { Report } from './report.ts'
import type { SessionStore } from './session.ts'
import { usernameOf } from './username.ts'

export interface AccountsOptions {
  readonly identity: Pick<ProfilePort, 'deleteUser'> & Pick<SignInPort, 'signIn'>
  readonly sessions: Pick<SessionStore, 'destroyAll'>
  readonly report: Report
}

export interface Accounts {
  /**
   * Deletes the user at Cognito after a check of the password, and ends every session.
   * @throws AppError `invalid_credentials`, `attempt_limit_exceeded`
   */
  remove(accessToken: string, sub: string, password: string): Promise<void>
}

export function createAccounts({ identity, sessions, report }: AccountsOptions): Accounts {
  return {
    async remove(accessToken, sub, password) {
      // A challenge comes only after the password was proved: it is right either way.
      await identity.signIn({ email: usernameOf(accessToken), password })
      await identity.deleteUser(accessToken)
      report('account.deleted', { sub })
      await sessions.destroyAll(sub)
    }
  }
}
