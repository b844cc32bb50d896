/** Refusals that several flows share, and what an error is about. */
import { AppError, type ErrorCode, type FieldCode } from '../errors.ts'

/** Whether it is an AppError with one of these codes. */
export function isCode(error: unknown, ...codes: readonly ErrorCode[]): error is AppError {
  return error instanceof AppError && codes.includes(error.code)
}

/** Whether a trigger of the pool is the cause. */
export function isTrigger(error: unknown): error is AppError {
  return error instanceof AppError && error.trigger !== undefined
}

/**
 * PostConfirmation runs once Cognito has confirmed the account: what it throws changes nothing of that.
 * `nameless`: which trigger it is where Cognito does not say.
 */
export function isConfirmedAnyway(error: unknown, nameless?: string): boolean {
  return isTrigger(error) && (error.trigger?.name ?? nameless) === 'PostConfirmation'
}

/** The session ended while the request was under way. */
export function endedMeanwhile(): AppError {
  return new AppError('session_expired', { reason: 'ended_meanwhile' })
}

/** Another request of the same browser is changing the same session: the client repeats its own. */
export function oneAtATime(): AppError {
  return new AppError('rate_limited', { reason: 'one_at_a_time', retryAfterSeconds: 1 })
}

/**
 * One refusal for codes that are wrong, old, used, or were never sent; it helps with each of them, and does
 * not reveal which accounts exist.
 */
export function wrongCode(cause: unknown): AppError {
  const detail = 'The code is wrong or no longer valid. Check it, or request a new one.'
  return new AppError('code_mismatch', { detail, cause })
}

/** Reasons of a code that could not be sent. Cognito tries only for an account that exists. */
const undeliveredReasons: readonly (string | undefined)[] = [
  'code_delivery',
  'email_quota',
  'misconfigured_message_delivery',
  'misconfigured_auto_verification'
]

/** Whether Cognito had a code to send and could not. */
export function isUndelivered(error: unknown): error is AppError {
  return error instanceof AppError && undeliveredReasons.includes(error.reason)
}

/** The rejection of a request because of one field of its body. */
export function invalidField(field: string, message: string, code: FieldCode): AppError {
  return new AppError('invalid_request', { errors: [{ field, message, code }] })
}
