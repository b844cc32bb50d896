/**
 * Enumeration protection for logins and for the sending of codes: the response, and its time, do not reveal which
 * accounts exist. Only the browser that began a sign-up learns that the account is not confirmed.
 */

import { AppError, type Delivery, type ErrorCode } from '../errors.ts'
import type { Caller, ReportEvent } from './events.ts'
import { deliveryToReport, type PoolBehaviour } from './pool-behaviour.ts'
import { createResponseTimeEqualiser } from './response-time.ts'
import type { StartedSignUp } from './session.ts'
import { hasCode, isTriggerError, isUndelivered } from './shared-errors.ts'
import { startedSignUpOf } from './started-sign-up.ts'
import type { TriggerRefusals } from './trigger-refusals.ts'

/** Counts one more code for the account. Returns whether it may be sent. */
export type MaySendCode = () => Promise<boolean>

export interface FailedLogin {
  readonly email: string
  /** The sign-up that this browser began, if any. */
  readonly startedSignUp: StartedSignUp | undefined
  /** By the monotonic clock, in ms. */
  readonly startedAt: number
  readonly maySend: MaySendCode
}

export interface LoginProtectionOptions {
  /** Sends another code to the owner of an unconfirmed account. Returns where, if it was sent. */
  sendAnotherCode(email: string, maySend: MaySendCode): Promise<Delivery | undefined>
  readonly behaviour: PoolBehaviour
  /**
   * Counts failed logins of accounts that Cognito does not lock. Resolves to whether Cognito would have locked another
   * account after as many. Undefined where rate limits are switched off.
   */
  readonly lockout: { failed(account: string): Promise<boolean> } | undefined
  readonly triggers: TriggerRefusals
}

/** Resolves, after the equalising delay, to the error to throw in place of Cognito's. */
export type ProtectLogin = (error: AppError, attempt: FailedLogin) => Promise<AppError>

export function createLoginProtection(options: LoginProtectionOptions): ProtectLogin {
  const { triggers, behaviour } = options
  // The browser that began the sign-up waits until a code is sent, which takes longer.
  const signUpBrowserTime = createResponseTimeEqualiser()
  const otherBrowserTime = createResponseTimeEqualiser()
  const triggerCheckTime = createResponseTimeEqualiser()

  /** Cognito reports an unconfirmed account without checking the password, and never locks it. */
  async function unconfirmed(
    error: AppError,
    { email, startedSignUp, startedAt, maySend }: FailedLogin
  ) {
    const isLocked = await options.lockout?.failed(email.toLowerCase())
    const sent = isLocked
      ? undefined
      : options.sendAnotherCode(email, maySend).catch(() => undefined)
    if (!startedSignUpOf(email, startedSignUp)) {
      // The sending is not awaited: a later response would reveal what its error code hides.
      await otherBrowserTime.simulate(startedAt)
      return isLocked ? lockedError(error) : new AppError('invalid_credentials', { cause: error })
    }
    const delivery = await deliveryToReport(behaviour, 'resend', email, await sent)
    await signUpBrowserTime.finish(startedAt)
    return isLocked ? lockedError(error) : notConfirmedError(delivery, error)
  }

  /** The password is wrong, or so the response says. */
  async function wrongPassword(error: AppError, { email, startedSignUp, startedAt }: FailedLogin) {
    // To the browser that began it, a simulated sign-up for an existing account must look like a real one.
    const own = startedSignUpOf(email, startedSignUp)
    if (own?.simulated && !own.confirmed) {
      const delivery = await deliveryToReport(behaviour, 'resend', email, undefined)
      await signUpBrowserTime.simulate(startedAt)
      return error.code === 'invalid_credentials' ? notConfirmedError(delivery, error) : error
    }
    const isSimulated = error.reason === 'user_not_found' || triggerOf(error) !== undefined
    if (isSimulated) await otherBrowserTime.simulate(startedAt)
    else await otherBrowserTime.finish(startedAt)
    return error
  }

  return async (error, attempt) => {
    const { email, startedAt } = attempt
    if (error.trigger) {
      if (await triggers.mayReveal(error, email)) return error
      await triggerCheckTime.finish(startedAt)
      const reason = error.reason ?? 'trigger_failed'
      return wrongPassword(new AppError('invalid_credentials', { reason, cause: error }), attempt)
    }
    // `mayReveal` takes time. While triggers refuse logins, every failed login takes as long.
    if (triggers.isRefusing()) await triggerCheckTime.simulate(startedAt)
    if (error.code === 'user_not_confirmed') return await unconfirmed(error, attempt)
    if (error.code !== 'invalid_credentials' && error.code !== 'attempt_limit_exceeded') {
      return error
    }
    return wrongPassword(error, attempt)
  }
}

const triggerOf = ({ cause }: AppError) => (cause instanceof AppError ? cause.trigger : undefined)

const lockedError = (cause: AppError) =>
  new AppError('attempt_limit_exceeded', { reason: 'password_attempts_exceeded', cause })

/** @param delivery where another code was sent, if one was. */
export function notConfirmedError(delivery: Delivery | undefined, cause: AppError): AppError {
  return new AppError('user_not_confirmed', { ...(delivery && { delivery }), cause })
}

export interface ProtectedSendingOptions {
  readonly behaviour: PoolBehaviour
  readonly report: ReportEvent
  readonly action: 'resend' | 'recovery'
  /** Cognito's errors that would reveal whether the account exists. */
  readonly hiddenErrors: readonly ErrorCode[]
}

export type SendProtected = (
  email: string,
  send: () => Promise<Delivery | undefined>,
  caller: Caller | undefined
) => Promise<Delivery>

/**
 * Sends a code, with the same response and response time whether the account exists or not. Throws only errors that do
 * not depend on the email, such as an outage.
 */
export function createProtectedSending(options: ProtectedSendingOptions): SendProtected {
  const { behaviour, report, action, hiddenErrors } = options
  const responseTime = createResponseTimeEqualiser()

  const toReport = (email: string, seen: Delivery | undefined) =>
    deliveryToReport(behaviour, action, email, seen)

  return async (email, send, caller) => {
    const startedAt = performance.now()
    try {
      return await responseTime.measure(async () => toReport(email, await send()))
    } catch (error) {
      // A trigger or a delivery can fail only for an account that a code would be sent to.
      if (isTriggerError(error)) report('trigger.failed', { reason: action, error, caller })
      else if (isUndelivered(error)) report('delivery.failed', { reason: action, error, caller })
      else if (!hasCode(error, ...hiddenErrors)) throw error
      const delivery = await toReport(email, undefined)
      await responseTime.simulate(startedAt)
      return delivery
    }
  }
}
