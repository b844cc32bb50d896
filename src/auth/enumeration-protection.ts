/**
 * What a caller learns of a failed login where it is hidden which accounts exist: the same, and at the same
 * time, whatever was wrong. Only the browser that began a sign-up is told that the account is not confirmed.
 */

import { AppError, type Delivery, type ErrorCode } from '../errors.ts'
import type { Caller, Report } from './events.ts'
import { type PoolBehaviour, toldDelivery } from './pool-behaviour.ts'
import { createPace } from './response-time.ts'
import type { SignUpMark } from './session.ts'
import { isCode, isTrigger, isUndelivered } from './shared-errors.ts'
import { ownSignUp } from './started-sign-up.ts'
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
  /** Sends the owner of an account that is not confirmed another code, and returns where it went, if it did. */
  sendAnotherCode(email: string, maySend: MaySend): Promise<Delivery | undefined>
  readonly behaviour: PoolBehaviour
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
  const { triggers, behaviour } = options
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
    const delivery = await toldDelivery(behaviour, 'resend', email, await sent)
    await beginners.ended(startedAt)
    return isLocked ? locked(error) : notConfirmed(delivery, error)
  }

  /** What is wrong with the password, or seems to be. */
  async function refused(error: AppError, { email, mark, startedAt }: Attempt) {
    // A sign-up for a taken address looks to its browser like any other, here too.
    const own = ownSignUp(email, mark)
    if (own?.simulated && !own.confirmed) {
      const delivery = await toldDelivery(behaviour, 'resend', email, undefined)
      await beginners.simulated(startedAt)
      return error.code === 'invalid_credentials' ? notConfirmed(delivery, error) : error
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

const locked = (cause: AppError) =>
  new AppError('attempt_limit_exceeded', { reason: 'password_attempts_exceeded', cause })

export function notConfirmed(delivery: Delivery | undefined, cause: AppError): AppError {
  return new AppError('user_not_confirmed', { ...(delivery && { delivery }), cause })
}

// Sending codes where it is hidden which accounts exist: one answer, at one time, whatever becomes of the code.

export interface HiddenSendingOptions {
  readonly behaviour: PoolBehaviour
  readonly report: Report
  readonly question: 'resend' | 'recovery'
  /** What Cognito says where it sends nothing, and callers are not to learn. */
  readonly hidden: readonly ErrorCode[]
}

export type SendHidden = (
  email: string,
  send: () => Promise<Delivery | undefined>,
  by: Caller | undefined
) => Promise<Delivery>

/** Throws what concerns every email alike, such as an outage. */
export function createHiddenSending(options: HiddenSendingOptions): SendHidden {
  const { behaviour, report, question, hidden } = options
  const pace = createPace()

  const told = (email: string, seen: Delivery | undefined) =>
    toldDelivery(behaviour, question, email, seen)

  return async (email, send, by) => {
    const startedAt = performance.now()
    try {
      return await pace.real(async () => told(email, await send()))
    } catch (error) {
      // Triggers and deliveries fail for those alone to whom a code would be sent.
      if (isTrigger(error)) report('trigger.failed', { reason: question, error, by })
      else if (isUndelivered(error)) report('delivery.failed', { reason: question, error, by })
      else if (!isCode(error, ...hidden)) throw error
      const delivery = await told(email, undefined)
      await pace.simulated(startedAt)
      return delivery
    }
  }
}
