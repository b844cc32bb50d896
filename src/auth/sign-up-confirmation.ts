/** Confirms an account by the code that was sent to its mailbox, and decides whether its password stays valid. */
import { AppError, type ErrorCode } from '../errors.ts'
import type { Caller, ReportEvent } from './events.ts'
import type { PasswordPort, SignUpPort } from './identity-provider.ts'
import type { RequiredResets } from './required-resets.ts'
import { createResponseTimeEqualiser } from './response-time.ts'
import { retryOnce } from './retry.ts'
import type { StartedSignUp } from './session.ts'
import { hasCode, isConfirmedDespite, wrongCodeError } from './shared-errors.ts'
import { startedSignUpOf } from './started-sign-up.ts'

export interface ConfirmationOptions {
  readonly identity: Pick<SignUpPort, 'confirmSignUp'> & Pick<PasswordPort, 'forgotPassword'>
  readonly resets: RequiredResets
  /** Whether enumeration protection is on. */
  readonly protection: boolean
  readonly report: ReportEvent
}

export interface Proof {
  readonly email: string
  readonly code: string
}

export type Confirm = (
  proof: Proof,
  started: StartedSignUp | undefined,
  caller?: Caller
) => Promise<StartedSignUp | undefined>

/** Never a code of Cognito's: a confirmation with it reveals the state of the account and confirms nothing. */
const impossibleCode = 'state'

export function createConfirmation(options: ConfirmationOptions): Confirm {
  const { identity, resets, protection, report } = options
  const responseTime = createResponseTimeEqualiser()

  async function confirm(proof: Proof, caller: Caller | undefined): Promise<void> {
    await identity.confirmSignUp(proof).catch((error: unknown) => {
      if (!isConfirmedDespite(error, 'PostConfirmation')) throw error
      report('trigger.failed', { reason: 'confirm_sign_up', error, caller })
    })
  }

  /** A failure is only reported: where a reset stays required without need, the owner can do it. */
  const lift = (work: () => Promise<void>) =>
    retryOnce(work).catch((error: unknown) =>
      report('account.reset_required', { reason: 'not_lifted', error })
    )

  /**
   * Confirms from a browser whose user may not have chosen the password. The reset is required before the account is
   * confirmed, or a login in between would succeed. An account that is confirmed already must not be changed.
   */
  async function confirmFromAnotherBrowser(
    proof: Proof,
    caller: Caller | undefined,
    onAttempt: () => void
  ): Promise<void> {
    await identity
      .confirmSignUp({ email: proof.email, code: impossibleCode })
      .catch((error: unknown) => {
        if (!hasCode(error, 'code_mismatch', 'code_expired')) throw error
      })
    const requirement = await resets.add(proof.email)
    try {
      await confirm(proof, caller)
    } catch (error) {
      onAttempt()
      // After any other error the account may be confirmed.
      if (isUnconfirmedAfter(error)) await lift(() => resets.withdraw(proof.email, requirement))
      throw error
    }
    report('account.reset_required', { reason: 'mailbox_proved_by_another', caller })
    await identity.forgotPassword(proof.email).catch((error: unknown) => {
      report('account.reset_required', { reason: 'code_not_sent', error, caller })
    })
  }

  async function confirmFromStarter(proof: Proof, caller: Caller | undefined): Promise<void> {
    await confirm(proof, caller)
    await lift(() => resets.clear(proof.email))
  }

  return async (proof, started, caller) => {
    const startedAt = performance.now()
    const own = startedSignUpOf(proof.email, started)
    let isAttempted = false
    try {
      if (own && !own.simulated && !own.confirmed) await confirmFromStarter(proof, caller)
      else {
        await confirmFromAnotherBrowser(proof, caller, () => {
          isAttempted = true
        })
      }
      return own && { ...own, confirmed: true }
    } catch (error) {
      if (!protection) throw plainError(error)
      // Only for an unconfirmed account is the real code tried: every failure takes as long as such an attempt.
      if (isAttempted) await responseTime.finish(startedAt)
      else await responseTime.simulate(startedAt)
      const isStarter = own !== undefined && (!own.simulated || own.confirmed)
      if (isStarter && hasCode(error, ...shownToStarter)) throw plainError(error)
      throw hasCode(error, ...hiddenErrors) ? wrongCodeError(error) : error
    }
  }
}

/**
 * Shown to the browser that started the sign-up. A wrong code is not: it would tell a real sign-up from a simulated
 * one.
 */
const shownToStarter: ErrorCode[] = ['code_expired', 'invalid_request', 'alias_exists']

const hiddenErrors: ErrorCode[] = [
  ...shownToStarter,
  'email_not_found',
  'code_mismatch',
  // In every pool, only an unconfirmed account can reach Cognito's limit.
  'attempt_limit_exceeded'
]

/** Whether the error shows that Cognito did not confirm the account. */
function isUnconfirmedAfter(error: unknown): boolean {
  return (
    hasCode(error, ...hiddenErrors) || (error instanceof AppError && error.reason === 'throttled')
  )
}

/** The account is confirmed already: the client gets the error for a code that was used before. */
function plainError(error: unknown): unknown {
  if (!hasCode(error, 'invalid_request') || error.reason !== 'already_confirmed') return error
  const detail = 'This account is already confirmed. Log in.'
  return new AppError('code_expired', { detail, reason: 'already_confirmed', cause: error })
}
