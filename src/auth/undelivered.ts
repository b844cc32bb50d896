/** Codes that could not be sent. Only for an account that exists would Cognito try to. */
import { AppError } from '../errors.ts'

const reasons: readonly (string | undefined)[] = [
  'code_delivery',
  'email_quota',
  'misconfigured_message_delivery',
  'misconfigured_auto_verification'
]

/** Whether Cognito had a code to send and could not. */
export function isUndelivered(error: unknown): error is AppError {
  return error instanceof AppError && reasons.includes(error.reason)
}
