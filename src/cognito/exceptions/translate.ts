/** Translates whatever the SDK throws into the catalogue of src/errors.ts, by the exception table. */

import { AppError, type AppErrorOptions } from '../../errors.ts'
import { type ForeignError, readError } from '../foreign-error.ts'
import { readTrigger } from '../trigger.ts'
import type { Row, Step } from './row.ts'
import { table } from './table.ts'

/**
 * The AppError for a failed call. Cognito answers nearly every failure with HTTP 400, so the name
 * decides, then the step of the flow, then the message.
 *
 * @param step what the call was for: the same exception means different things at different steps.
 */
export function translate(step: Step, error: unknown): AppError {
  if (error instanceof AppError) return error
  const foreign = readError(error)
  if (isThrottledByFirewall(foreign)) return outage('throttled', foreign)
  const row = table.get(foreign.name)?.find(candidate => matches(candidate, step, foreign.message))
  return row === undefined ? unknown(foreign) : fromRow(row, foreign)
}

/** AWS WAF answers for Cognito under this name, with the status that its rule has. */
function isThrottledByFirewall({ name, status }: ForeignError): boolean {
  return name === 'ForbiddenException' && status === 429
}

/** 408 and 425 are a proxy's: the request did not arrive in time, or too early. */
function isPassing(status: number | undefined): boolean {
  return status !== undefined && (status >= 500 || [408, 425, 429].includes(status))
}

function outage(reason: string, { retryAfterSeconds, safe: cause }: ForeignError): AppError {
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  return new AppError('cognito_unavailable', { reason, cause, ...wait })
}

function matches(row: Row, step: Step, message: string): boolean {
  if (row.at !== undefined && !row.at.includes(step)) return false
  if (row.says === undefined) return true
  return typeof row.says === 'function' ? row.says(message) : row.says.test(message)
}

function fromRow(row: Row, foreign: ForeignError): AppError {
  const detail = typeof row.detail === 'function' ? row.detail(foreign.message) : row.detail
  const errors = row.errors?.(foreign.message)
  const trigger = readTrigger(foreign)
  const rule = row.passwordRule
  const passwordRule = typeof rule === 'function' ? rule(foreign.message) : rule
  const options: AppErrorOptions = {
    reason: row.reason,
    cause: foreign.safe,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(passwordRule === undefined ? {} : { passwordRule })
  }
  return new AppError(row.code, options)
}

/** Silence, 429 and 5xx are passing trouble; anything else that is not in the table needs a person. */
function unknown(foreign: ForeignError): AppError {
  const { name, silence, status, safe: cause } = foreign
  if (silence !== undefined) return new AppError('cognito_unavailable', { reason: silence, cause })
  if (foreign.isUntrusted)
    return new AppError('upstream_error', { reason: 'tls_certificate', cause })
  if (isPassing(status)) return outage(status === 429 ? 'throttled' : 'http_5xx', foreign)
  if (status === 403 || status === 407)
    return new AppError('upstream_error', { reason: 'blocked', cause })
  const reason = name === 'SyntaxError' ? 'unreadable_answer' : 'unknown_exception'
  return new AppError('upstream_error', { reason, cause })
}
