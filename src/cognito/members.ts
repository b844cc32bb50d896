/**
 * Reads members of Cognito's answers. The SDK's types say what AWS promises; a firewall, a proxy or another
 * program at the endpoint may send anything. What is missing or of another type is an `upstream_error`.
 */

import { AppError } from '../errors.ts'

/** @param reason for the log: what was expected */
export function unusable(reason: string): AppError {
  return new AppError('upstream_error', { reason })
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** @throws AppError `upstream_error` where it is no text, or an empty one */
export function requireText(value: unknown, reason: string): string {
  if (isText(value)) return value
  throw unusable(reason)
}

/** @throws AppError `upstream_error` where it is no list */
export function requireList<Item>(value: readonly Item[] | undefined, reason: string) {
  if (Array.isArray(value)) return value as readonly Item[] // items are checked by the caller
  throw unusable(reason)
}

/** @throws AppError `upstream_error` where it is no object */
export function requireObject<Value extends object>(
  value: Value | undefined,
  reason: string
): Value {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw unusable(reason)
}
