/** Asks an error what it is about. */
import { AppError, type ErrorCode } from '../errors.ts'

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
