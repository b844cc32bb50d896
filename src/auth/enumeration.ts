/**
 * What a caller learns of a failed login where it is hidden which accounts exist: the same, and at the same
 * time, whatever was wrong. Only the browser that began a sign-up is told that the account is not confirmed.
 */
import { AppError, type Delivery } from '../errors.ts'
import { maskEmail } from './mask.ts'
import { ownSignUp } from './own-sign-up.ts'
import { createPace } from './pace.ts'
import type { SignUpMark } from './session.ts'
import type { TriggerRefusals } from './trigger-refusals.ts'

/** Counts one more code for the account, and returns whether it may go out. */
export type MaySend = () => Promise<boolean>

export interface Attempt {
  readonly email: string
  /** The sign-up this browser began, if it did. */
  readonly mark: SignUpMark | undefined
  /** By the monotonic clock, in ms. */
  readonly startedAt: number
  readonly maySend: MaySend
}

export interface HiddenRefusalOptions {
  /** Sends the owner of an account that is not confirmed another code. */
  sendAnotherCode(email: string, maySend: MaySend): Promise<unknown>
  /**
   * Counts failures of accounts that Cognito does not lock, and tells whether it would have locked them.
   * Undefined where limits are switched off.
   */
  readonly lockout: { failed(account: string): Promise<boolean> } | undefined
  readonly triggers: TriggerRefusals
}

/** Returns what to throw instead of what Cognito said, when it is time to. */
export type HideRefusal = (error: AppError, attempt: Attempt) => Promise<AppError>

export function createHiddenRefusal(options: HiddenRefusalOptions): HideRefusal {
  const { triggers } = options
  // A code that is sent and waited for takes longer: each audience has its own pace.
  const strangers = createPace()
  const beginners = createPace()
  const refusedByTrigger = createPace()

  /** Cognito says so without looking at the password, and never locks such an account. */
  async function unconfirmed(error: AppError, { email, mark, startedAt, maySend }: Attempt) {
    const isLocked = await options.lockout?.failed(email.toLowerCase())
    const sent = isLocked
      ? undefined
      : options.sendAnotherCode(email, maySend).catch(() => undefined)
    if (!ownSignUp(email, mark)) {
      // Not waited for: an answer that took longer would tell what the code says it does not know.
      await strangers.simulated(startedAt)
      return isLocked ? locked(error) : new AppError('invalid_credentials', { cause: error })
    }
    await sent
    await beginners.ended(startedAt)
    return isLocked ? locked(error) : notConfirmed(masked(email), error)
  }

  /** What is wrong with the password, or seems to be. */
  async function refused(error: AppError, { email, mark, startedAt }: Attempt) {
    // A sign-up for a taken address looks to its browser like any other, here too.
    const own = ownSignUp(email, mark)
    if (own?.simulated && !own.confirmed) {
      await beginners.simulated(startedAt)
      return error.code === 'invalid_credentials' ? notConfirmed(masked(email), error) : error
    }
    const isSimulated = error.reason === 'user_not_found' || triggerOf(error) !== undefined
    if (isSimulated) await strangers.simulated(startedAt)
    else await strangers.ended(startedAt)
    return error
  }

  return async (error, attempt) => {
    const { email, startedAt } = attempt
    if (error.trigger) {
      if (await triggers.mayShow(error, email)) return error
      await refusedByTrigger.ended(startedAt)
      const reason = error.reason ?? 'trigger_failed'
      return refused(new AppError('invalid_credentials', { reason, cause: error }), attempt)
    }
    // Telling whether a refusal may be shown takes time: while it happens, every failure takes as much.
    if (triggers.isTroubled()) await refusedByTrigger.simulated(startedAt)
    if (error.code === 'user_not_confirmed') return await unconfirmed(error, attempt)
    if (error.code !== 'invalid_credentials' && error.code !== 'attempt_limit_exceeded') {
      return error
    }
    return refused(error, attempt)
  }
}

const triggerOf = ({ cause }: AppError) => (cause instanceof AppError ? cause.trigger : undefined)

const masked = (email: string): Delivery => ({ medium: 'EMAIL', destination: maskEmail(email) })

const locked = (cause: AppError) =>
  new AppError('attempt_limit_exceeded', { reason: 'password_attempts_exceeded', cause })

export function notConfirmed(delivery: Delivery | undefined, cause: AppError): AppError {
  return new AppError('user_not_confirmed', { ...(delivery && { delivery }), cause })
}
