/** Translates whatever the SDK throws into the catalogue of src/errors.ts, by the exception table. */

import { AppError, type AppErrorOptions } from '../errors.ts'
import type { Row, Step } from './exception-row.ts'
import { table } from './exception-table.ts'
import { type ForeignError, readError } from './foreign-error.ts'

/**
 * The AppError for a failed call. Cognito answers nearly every failure with HTTP 400, so the name
 * decides, then the step of the flow, then the message.
 *
 * @param step what the call was for: the same exception means different things at different steps.
 */
export function translate(step: Step, error: unknown): AppError {
  if (error instanceof AppError) return error
  const foreign = readError(error)
  const row = table.get(foreign.name)?.find(candidate => matches(candidate, step, foreign.message))
  return row === undefined ? unknown(foreign) : fromRow(row, foreign)
}

function matches(row: Row, step: Step, message: string): boolean {
  if (row.at !== undefined && !row.at.includes(step)) return false
  return row.says === undefined || row.says.test(message)
}

function fromRow(row: Row, foreign: ForeignError): AppError {
  const detail = typeof row.detail === 'function' ? row.detail(foreign.message) : row.detail
  const errors = row.errors?.(foreign.message)
  const options: AppErrorOptions = {
    reason: row.reason,
    cause: foreign.safe,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors })
  }
  return new AppError(row.code, options)
}

/** Silence and 5xx are passing trouble; anything else that is not in the table needs a person. */
function unknown({ name, silence, status, safe: cause }: ForeignError): AppError {
  if (silence !== undefined) return new AppError('cognito_unavailable', { reason: silence, cause })
  if (status !== undefined && status >= 500) {
    return new AppError('cognito_unavailable', { reason: 'http_5xx', cause })
  }
  const reason = name === 'SyntaxError' ? 'unreadable_answer' : 'unknown_exception'
  return new AppError('upstream_error', { reason, cause })
}
