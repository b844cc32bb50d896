/** Errors as RFC 9457 problem documents: what the client sees of anything that went wrong. */
import type { FastifyError, FastifySchemaValidationError } from 'fastify'
import { AppError, type Delivery, type ErrorCode, type FieldError } from '../errors.ts'

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  readonly requestId: string
  readonly errors?: readonly FieldError[]
  readonly delivery?: Delivery
}

export function problemOf(error: AppError, requestId: string): Problem {
  return {
    type: `urn:cognito-bff:problem:${error.code}`,
    title: error.title,
    status: error.status,
    detail: error.detail,
    code: error.code,
    requestId,
    ...(error.errors && { errors: error.errors }),
    ...(error.delivery && { delivery: error.delivery })
  }
}

/** Whatever was thrown, as a row of the catalogue. What nobody foresaw is an internal error. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (!isFastifyError(error)) return new AppError('internal_error', { cause: error })
  if (error.validation) return invalidRequest(error.validation, error.validationContext ?? 'body')
  if (error.statusCode === 413) return new AppError('payload_too_large', { cause: error })
  if (error.statusCode === 415) return new AppError('unsupported_media_type', { cause: error })
  if (error.statusCode === 404) return new AppError('not_found', { cause: error })
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('invalid_request', { detail: unreadable(error), cause: error })
  }
  return new AppError('internal_error', { cause: error })
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('validation' in error || 'statusCode' in error)
}

function unreadable(error: FastifyError): string {
  if (error.code === 'FST_ERR_BAD_URL') return 'The address is not a valid URL path.'
  return 'The body is not valid JSON.'
}

function invalidRequest(
  violations: readonly FastifySchemaValidationError[],
  context: string
): AppError {
  const errors = violations
    .filter(violation => !structural.has(violation.keyword))
    .map(violation => fieldError(violation, context))
  const fields = [...new Map(errors.map(error => [error.field, error])).values()]
  return new AppError('invalid_request', { errors: fields.slice(0, 20) })
}

/** Keywords that only say that one of their branches failed; the branch's own error is the useful one. */
const structural = new Set(['anyOf', 'oneOf', 'if'])

function fieldError(violation: FastifySchemaValidationError, context: string): FieldError {
  const path = violation.instancePath.split('/').slice(1)
  const named = violation.params.missingProperty ?? violation.params.additionalProperty
  if (named !== undefined) path.push(String(named))
  return { field: path.join('.').slice(0, 100) || context, message: sentence(violation) }
}

function sentence({ keyword, params, message, ...rest }: FastifySchemaValidationError): string {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'additionalProperties':
      return 'is not a known field'
    case 'type':
      return `must be of type ${String(params.type)}`
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : 'is too short'
    case 'maxLength':
      return `must not be longer than ${String(params.limit)} characters`
    case 'pattern':
      return `must be ${describedBy(rest) ?? 'in the right form'}`
    default:
      return message ?? 'is not valid'
  }
}

/** AJV runs with `verbose`, so a violation carries its schema: its description says what was expected. */
function describedBy(violation: object): string | undefined {
  const schema = 'parentSchema' in violation ? violation.parentSchema : undefined
  if (typeof schema !== 'object' || schema === null || !('description' in schema)) return undefined
  return String(schema.description)
}
