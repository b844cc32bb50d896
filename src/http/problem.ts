/** Errors as RFC 9457 problem documents: what the client sees of anything that went wrong. */
import type { FastifyError, FastifySchemaValidationError } from 'fastify'
import {
  AppError,
  type Delivery,
  type ErrorCode,
  type FieldCode,
  type FieldError,
  type PasswordRule
} from '../errors.ts'
import { fieldOf } from './bodies.ts'

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  readonly requestId: string
  readonly errors?: readonly FieldError[]
  readonly reason?: PasswordRule
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
    ...(error.passwordRule && { reason: error.passwordRule }),
    ...(error.delivery && { delivery: error.delivery })
  }
}

/** Returns anything that was thrown as a row of the catalogue; an unknown error is an internal error. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (!isFastifyError(error)) return new AppError('internal_error', { cause: error })
  if (error.validation) {
    const errors = fieldErrors(error.validation, error.validationContext ?? 'body')
    return new AppError('invalid_request', { errors })
  }
  if (error.statusCode === 413) return new AppError('payload_too_large', { cause: error })
  if (error.statusCode === 415) return new AppError('unsupported_media_type', { cause: error })
  if (error.statusCode === 404) return new AppError('not_found', { cause: error })
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    const isPath = error.code === 'FST_ERR_BAD_URL'
    const errors = [
      isPath
        ? badPath
        : { field: 'body', message: 'must be valid JSON', code: 'wrong_format' as const }
    ]
    return new AppError('invalid_request', { detail: unreadable(error), errors, cause: error })
  }
  return new AppError('internal_error', { cause: error })
}

const badPath = {
  field: 'path',
  message: 'must be a valid URL path',
  code: 'wrong_format'
} as const

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('validation' in error || 'statusCode' in error)
}

function unreadable(error: FastifyError): string {
  if (error.code === 'FST_ERR_BAD_URL') return 'The URL path is not valid.'
  return 'The body is not valid JSON.'
}

// AJV's complaints about a request, for the developer of the page: one sentence for each field.

/** The codes of the keywords that the schemas use; `const` is a discriminator, such as a step's name. */
const codes: Readonly<Record<string, FieldCode>> = {
  required: 'required',
  additionalProperties: 'unknown_field',
  type: 'wrong_type',
  enum: 'not_allowed',
  const: 'not_allowed',
  minLength: 'too_short',
  maxLength: 'too_long',
  minItems: 'required',
  maxItems: 'too_many',
  maxProperties: 'too_many',
  minProperties: 'required',
  uniqueItems: 'duplicate',
  pattern: 'wrong_format',
  format: 'wrong_format'
}

/** More would not help the developer. */
const mostErrors = 20

/** The first violation of each field, in AJV's order; `context` names what has no field (`body`). */
export function fieldErrors(
  violations: readonly FastifySchemaValidationError[],
  context: string
): FieldError[] {
  const errors = new Map<string, FieldError>()
  for (const violation of violations) {
    const field = fieldOf(pathTo(violation)) || context
    const code = codes[violation.keyword] ?? 'invalid'
    if (!errors.has(field)) errors.set(field, { field, message: sentence(violation), code })
    if (errors.size === mostErrors) break
  }
  return [...errors.values()]
}

function pathTo({ instancePath, params }: FastifySchemaValidationError): string[] {
  const path = instancePath.split('/').slice(1)
  const named = params.missingProperty ?? params.additionalProperty
  return named === undefined ? path : [...path, String(named)]
}

/** Completes "this field ...". */
function sentence({ keyword, params, message, ...rest }: FastifySchemaValidationError): string {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'additionalProperties':
      return 'is not a known field'
    case 'type':
      return `must be of type ${[params.type].flat().join(' or ')}`
    case 'enum':
      return `must be one of ${[params.allowedValues].flat().map(String).join(', ')}`
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : 'is too short'
    case 'maxLength':
      return `must not be longer than ${String(params.limit)} characters`
    case 'maxItems':
      return `must not have more than ${String(params.limit)} items`
    case 'maxProperties':
      return `must not have more than ${String(params.limit)} fields`
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
