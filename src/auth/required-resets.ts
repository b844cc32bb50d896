/**
 * Accounts that must be reset before any login. The person who signs up first chooses the password, and the person
 * who reads the mailbox confirms. Where these may be two persons, the password of the first must not come into force
 * (pre-hijacking). Cognito has such a state, too, but only an administrator can set it: this one is the service's.
 */
import { AppError } from '../errors.ts'
import type { ChallengeIssued, SignedIn } from './identity-provider.ts'
import type { SignUpMark } from './session.ts'
import { type RevokeOptions, revokeTwice } from './sign-out.ts'
import { isTyped } from './started-sign-up.ts'

/** Shared by all instances, and kept until the reset. All throw AppError `store_unavailable`. */
export interface RequiredResets {
  /** Requires a reset of the account. Returns the name of this demand, to withdraw it by. */
  demand(email: string): Promise<string>
  /** Takes one demand back; others stay. */
  withdraw(email: string, demand: string): Promise<void>
  /** Takes all demands back: the owner of the mailbox has chosen the password. */
  done(email: string): Promise<void>
  isRequired(email: string): Promise<boolean>
}

export interface GateOptions extends RevokeOptions {
  readonly resets: RequiredResets
}

export interface LoginThroughGate {
  readonly email: string
  readonly password: string
  /** The sign-up of this browser for `email`, if it began one. */
  readonly mark: SignUpMark | undefined
}

/**
 * Lets a login with the right password through, unless the account must be reset. The browser that has proved the
 * mailbox gets in with the password it chose itself at its sign-up: that is what a reset would lead to.
 * @throws AppError `password_reset_required`, `store_unavailable`; the tokens are revoked then.
 */
export async function throughGate<Step extends SignedIn | ChallengeIssued>(
  options: GateOptions,
  step: Step,
  { email, password, mark }: LoginThroughGate
): Promise<Step> {
  const { resets } = options
  const leave = () => {
    if (step.kind !== 'signed_in') return
    const fields = { sub: step.user.sub, reason: 'reset_required' }
    void revokeTwice(options, fields, step.tokens.refreshToken)
  }
  try {
    const names = new Set([email, ...(step.kind === 'signed_in' ? [step.user.email] : [])])
    const found = await Promise.all([...names].map(name => resets.isRequired(name)))
    if (!found.includes(true)) return step
    if (mark?.confirmed && (await isTyped(password, mark.typed))) {
      await Promise.all([...names].map(name => resets.done(name)))
      return step
    }
  } catch (error) {
    leave()
    throw error
  }
  leave()
  throw new AppError('password_reset_required', { reason: 'mailbox_proved_by_another' })
}
