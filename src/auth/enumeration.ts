/**
 * What a caller learns of a failed login where it is hidden which accounts exist: the same, and at the same
 * time, whatever was wrong. Only the browser that began a sign-up is told that the account is not confirmed.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type Delivery, type ErrorCode } from '../errors.ts'
import type { Caller, Report } from './events.ts'
import { ownSignUp } from './own-sign-up.ts'
import { type PoolBehaviour, toldDelivery } from './pool-behaviour.ts'
import { isCode, isTrigger } from './refusals.ts'
import type { SignUpMark } from './session.ts'
import { isUndelivered } from './sign-up.ts'
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

// Makes an answer that skipped the work take as long as the work would have: a quick refusal tells as
// much as a plain one (OWASP Forgot Password cheat sheet, ASVS 6.3.8).

export interface Pace {
  /** Remembers that real work begun at `startedAt` has just ended; resolves when its answer may leave. */
  ended(startedAt: number): Promise<void>
  /** Runs real work, as above. */
  real<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when real work begun at `startedAt` would have ended, and its answer left. */
  simulated(startedAt: number): Promise<void>
}

/**
 * Answers leave at multiples of this after they were asked for (ms), real ones and simulated. Timers are late
 * by part of a millisecond, which by itself told known addresses from unknown after some hundred questions.
 */
const beat = 25

/** @param now a monotonic clock in ms */
export function createPace(now: () => number = () => performance.now(), remembered = 16): Pace {
  const durations: number[] = []

  /** Waits for the beat after `duration` from the start, or after now where that has passed. */
  async function onTheBeat(startedAt: number, duration: number): Promise<void> {
    const elapsed = now() - startedAt
    const left = Math.ceil(Math.max(duration, elapsed) / beat) * beat - elapsed
    if (left > 0) await sleep(left)
  }

  async function ended(startedAt: number): Promise<void> {
    const duration = now() - startedAt
    durations.push(duration)
    if (durations.length > remembered) durations.shift()
    await onTheBeat(startedAt, duration)
  }

  return {
    ended,
    async real(work) {
      const startedAt = now()
      const result = await work()
      await ended(startedAt)
      return result
    },
    async simulated(startedAt) {
      // One of the latest at random, not their mean: the spread is part of the picture.
      const duration = durations[Math.floor(Math.random() * durations.length)] ?? 0
      await onTheBeat(startedAt, duration)
    }
  }
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

// Addresses as Cognito masks them in `CodeDeliveryDetails`: `a***@e***`, `+*******9934`.

export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  const first = (text: string) => [...text][0] ?? ''
  return `${first(email.slice(0, at))}***@${first(email.slice(at + 1))}***`
}

export function maskPhone(phoneNumber: string): string {
  const digits = phoneNumber.replace(/^\+/, '')
  return `+${'*'.repeat(Math.max(0, digits.length - 4))}${digits.slice(-4)}`
}
