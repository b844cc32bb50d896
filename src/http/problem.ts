/** Errors as RFC 9457 problem documents: what the client sees of anything that went wrong. */
import type { FastifyError } from 'fastify'
import {
  AppError,
  type Delivery,
  type ErrorCode,
  type FieldError,
  type PasswordRule
} from '../errors.ts'
import { fieldErrors } from './violations.ts'

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

/** Whatever was thrown, as a row of the catalogue. What nobody foresaw is an internal error. */
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
  if (error.code === 'FST_ERR_BAD_URL') return 'The address is not a valid URL path.'
  return 'The body is not valid JSON.'
}
