/** Errors that several flows throw, and checks of what an error means. */
import { AppError, type ErrorCode, type FieldCode } from '../errors.ts'

/** Whether the error is an AppError with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is AppError {
  return error instanceof AppError && codes.includes(error.code)
}

/** Whether a trigger of the pool is the cause. */
export function isTriggerError(error: unknown): error is AppError {
  return error instanceof AppError && error.trigger !== undefined
}

/**
 * Whether the account is confirmed although the call failed: the PostConfirmation trigger threw, which Cognito runs
 * after it has confirmed the account.
 * @param unnamed the trigger to assume where Cognito does not name it
 */
export function isConfirmedDespite(error: unknown, unnamed?: string): boolean {
  return isTriggerError(error) && (error.trigger?.name ?? unnamed) === 'PostConfirmation'
}

/** The session ended while the request was under way. */
export function endedMeanwhileError(): AppError {
  return new AppError('session_expired', { reason: 'ended_meanwhile' })
}

/** Another request of the same browser is changing the same session: the client can repeat this one. */
export function concurrentRequestError(): AppError {
  return new AppError('rate_limited', { reason: 'one_at_a_time', retryAfterSeconds: 1 })
}

/**
 * One error for codes that are wrong, expired, used, or were never sent: its text fits each case, and does not reveal
 * which accounts exist.
 */
export function wrongCodeError(cause: unknown): AppError {
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

/** Whether Cognito tried to send a code and could not. */
export function isUndelivered(error: unknown): error is AppError {
  return error instanceof AppError && undeliveredReasons.includes(error.reason)
}

/** The rejection of a request because of one field of its body. */
export function invalidField(field: string, message: string, code: FieldCode): AppError {
  return new AppError('invalid_request', { errors: [{ field, message, code }] })
}
