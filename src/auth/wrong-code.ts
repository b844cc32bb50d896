/** A code that Cognito does not take, where the words must not tell which accounts exist. */
import { AppError } from '../errors.ts'

/** One answer for codes that are wrong, old, used, or were never sent; it helps with each of them. */
export function wrongCode(cause: unknown): AppError {
  const detail = 'The code is wrong or no longer valid. Check it, or ask for a new one.'
  return new AppError('code_mismatch', { detail, cause })
}
