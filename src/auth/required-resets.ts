/**
 * Accounts whose password must be reset before any login. One person signs up and chooses the password; the person who
 * reads the mailbox confirms. Where these may be two persons, the password of the first must not become valid (account
 * pre-hijacking). Cognito has such a state, too, but only an administrator can set it, so the service has its own.
 */
import { AppError } from '../errors.ts'
import type { CognitoChallenge, SignedIn } from './identity-provider.ts'
import type { StartedSignUp } from './session.ts'
import { type RevokeOptions, revokeRefreshToken } from './sign-out.ts'
import { isHashOf } from './started-sign-up.ts'

/** Shared by all instances, and kept until the reset. Each method throws AppError `store_unavailable`. */
export interface RequiredResets {
  /** Requires a reset of the account. Returns the id of this requirement. */
  add(email: string): Promise<string>
  /** Withdraws one requirement; others stay. */
  withdraw(email: string, requirement: string): Promise<void>
  /** Withdraws all requirements: the owner of the mailbox has chosen the password. */
  clear(email: string): Promise<void>
  isRequired(email: string): Promise<boolean>
}

export interface RequiredResetOptions extends RevokeOptions {
  readonly resets: RequiredResets
}

export interface PasswordLogin {
  readonly email: string
  readonly password: string
  /** The sign-up for `email` that this browser has started, if any. */
  readonly startedSignUp: StartedSignUp | undefined
}

/**
 * Lets a login with the right password continue, unless the account requires a reset. The requirement is cleared where
 * the user of this browser has both confirmed the mailbox and chosen this password: a reset would lead to the same.
 * @throws AppError `password_reset_required`, `store_unavailable`; then the tokens are revoked.
 */
export async function enforceRequiredReset<Result extends SignedIn | CognitoChallenge>(
  options: RequiredResetOptions,
  result: Result,
  { email, password, startedSignUp }: PasswordLogin
): Promise<Result> {
  const { resets } = options
  const revoke = () => {
    if (result.kind !== 'signed_in') return
    const fields = { sub: result.user.sub, reason: 'reset_required' }
    void revokeRefreshToken(options, fields, result.tokens.refreshToken)
  }
  try {
    const names = new Set([email, ...(result.kind === 'signed_in' ? [result.user.email] : [])])
    const found = await Promise.all([...names].map(name => resets.isRequired(name)))
    if (!found.includes(true)) return result
    if (startedSignUp?.confirmed && (await isHashOf(password, startedSignUp.typed))) {
      await Promise.all([...names].map(name => resets.clear(name)))
      return result
    }
  } catch (error) {
    revoke()
    throw error
  }
  revoke()
  throw new AppError('password_reset_required', { reason: 'mailbox_proved_by_another' })
}
