/** Confirming an account by the code that went to its mailbox, and whose password is in force after that. */
import { AppError, type ErrorCode } from '../errors.ts'
import type { Caller, Report } from './events.ts'
import type { PasswordPort, SignUpPort } from './identity-provider.ts'
import type { RequiredResets } from './required-resets.ts'
import { createPace } from './response-time.ts'
import { retryOnce } from './retry.ts'
import type { SignUpMark } from './session.ts'
import { isCode, isConfirmedAnyway, wrongCode } from './shared-errors.ts'
import { ownSignUp } from './started-sign-up.ts'

export interface ConfirmationOptions {
  readonly identity: Pick<SignUpPort, 'confirmSignUp'> & Pick<PasswordPort, 'forgotPassword'>
  readonly resets: RequiredResets
  /** Whether existing accounts are hidden from those who ask. */
  readonly protection: boolean
  readonly report: Report
}

export interface Proof {
  readonly email: string
  readonly code: string
}

export type Confirm = (
  proof: Proof,
  mark: SignUpMark | undefined,
  by?: Caller
) => Promise<SignUpMark | undefined>

/** No code that Cognito sends: it asks for the state of an account and confirms none. */
const noCode = 'state'

export function createConfirmation(options: ConfirmationOptions): Confirm {
  const { identity, resets, protection, report } = options
  const pace = createPace()

  async function confirm(proof: Proof, by: Caller | undefined): Promise<void> {
    await identity.confirmSignUp(proof).catch((error: unknown) => {
      if (!isConfirmedAnyway(error, 'PostConfirmation')) throw error
      report('trigger.failed', { reason: 'confirm_sign_up', error, by })
    })
  }

  /** Where a reset stays required although it need not be, its owner can do it: nothing to fail for. */
  const lift = (work: () => Promise<void>) =>
    retryOnce(work).catch((error: unknown) =>
      report('account.reset_required', { reason: 'not_lifted', error })
    )

  /**
   * By a browser that may not have chosen the password. The reset is required before the account is confirmed, or a
   * login in between would get through; and not for an account that is confirmed already, which this must not touch.
   */
  async function byAnother(proof: Proof, by: Caller | undefined, asked: () => void): Promise<void> {
    await identity.confirmSignUp({ email: proof.email, code: noCode }).catch((error: unknown) => {
      if (!isCode(error, 'code_mismatch', 'code_expired')) throw error
    })
    const demand = await resets.demand(proof.email)
    try {
      await confirm(proof, by)
    } catch (error) {
      asked()
      // Whatever else went wrong, the account may be confirmed by now.
      if (leftAsItWas(error)) await lift(() => resets.withdraw(proof.email, demand))
      throw error
    }
    report('account.reset_required', { reason: 'mailbox_proved_by_another', by })
    await identity.forgotPassword(proof.email).catch((error: unknown) => {
      report('account.reset_required', { reason: 'code_not_sent', error, by })
    })
  }

  async function byOwner(proof: Proof, by: Caller | undefined): Promise<void> {
    await confirm(proof, by)
    await lift(() => resets.done(proof.email))
  }

  return async (proof, mark, by) => {
    const startedAt = performance.now()
    const own = ownSignUp(proof.email, mark)
    let isAsked = false
    try {
      if (own && !own.simulated && !own.confirmed) await byOwner(proof, by)
      else {
        await byAnother(proof, by, () => {
          isAsked = true
        })
      }
      return own && { ...own, confirmed: true }
    } catch (error) {
      if (!protection) throw saySo(error)
      // The longest way is the measure: the shorter ones would tell which accounts are not confirmed.
      if (isAsked) await pace.ended(startedAt)
      else await pace.simulated(startedAt)
      const isTold = own !== undefined && (!own.simulated || own.confirmed)
      if (isTold && isCode(error, ...toldWhereItBegan)) throw saySo(error)
      throw isCode(error, ...hidden) ? wrongCode(error) : error
    }
  }
}

/** A wrong code is answered alike for all, or the words would tell a real sign-up from a simulated one. */
const toldWhereItBegan: ErrorCode[] = ['code_expired', 'invalid_request', 'alias_exists']

const hidden: ErrorCode[] = [
  ...toldWhereItBegan,
  'email_not_found',
  'code_mismatch',
  // Only an account that is not confirmed reaches Cognito's limit everywhere.
  'attempt_limit_exceeded'
]

/** Whether Cognito has looked at the code and left the account as it was. */
function leftAsItWas(error: unknown): boolean {
  return isCode(error, ...hidden) || (error instanceof AppError && error.reason === 'throttled')
}

/** A code that was used already is named as such: the account is confirmed. */
function saySo(error: unknown): unknown {
  if (!isCode(error, 'invalid_request') || error.reason !== 'already_confirmed') return error
  const detail = 'This account is already confirmed. Log in.'
  return new AppError('code_expired', { detail, reason: 'already_confirmed', cause: error })
}
