/** What to say of a code that comes from an authenticator app: nobody sent it, and the clock has a say. */
import { AppError } from '../errors.ts'
import { isCode } from './refusals.ts'

const mismatch =
  'The code is not the one that the app shows now. Check it, and that the clock of your phone is right.'
const used = 'The code has been used or is too old. Wait for the next one in the app.'

/** The same refusal in words that fit an app; anything else as it came. */
export function aboutTheApp(error: unknown): unknown {
  if (!isCode(error, 'code_mismatch', 'code_expired')) return error
  const { code, reason } = error
  const detail = code === 'code_mismatch' ? mismatch : used
  return new AppError(code, { detail, cause: error, ...(reason !== undefined && { reason }) })
}
