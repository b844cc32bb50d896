/** What the service refuses (RFC 9457), as a typed error. */
import type { Delivery } from './types.ts'

/** Every code of the contract, and `network_error` for a service that could not be reached. */
export type ProblemCode =
  | 'invalid_request'
  | 'invalid_password'
  | 'code_mismatch'
  | 'code_expired'
  | 'challenge_unsupported'
  | 'invalid_credentials'
  | 'unauthenticated'
  | 'session_expired'
  | 'challenge_expired'
  | 'user_not_confirmed'
  | 'password_reset_required'
  | 'csrf_rejected'
  | 'reauthentication_required'
  | 'not_found'
  | 'email_not_found'
  | 'alias_exists'
  | 'email_exists'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'attempt_limit_exceeded'
  | 'internal_error'
  | 'upstream_error'
  | 'cognito_unavailable'
  | 'store_unavailable'
  | 'network_error'

export interface FieldProblem {
  /** Name of the field in the body; dotted inside an object: `address.country`. */
  readonly field: string
  readonly message: string
}

/** The problem document as it travels. */
export interface ProblemDocument {
  readonly code: ProblemCode
  readonly title: string
  readonly status: number
  /** A sentence fit to show a person. */
  readonly detail: string
  readonly requestId?: string
  readonly errors?: readonly FieldProblem[]
  readonly delivery?: Delivery
}

/** Thrown by every call that was refused. `message` is the document's `detail`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly status: number
  readonly title: string
  readonly requestId: string | undefined
  readonly errors: readonly FieldProblem[]
  /** Where a new code went (`user_not_confirmed`). */
  readonly delivery: Delivery | undefined
  /** When to come back (429 and 503). */
  readonly retryAfterSeconds: number | undefined

  constructor(document: ProblemDocument, retryAfterSeconds?: number, options?: ErrorOptions) {
    super(document.detail, options)
    this.code = document.code
    this.status = document.status
    this.title = document.title
    this.requestId = document.requestId
    this.errors = document.errors ?? []
    this.delivery = document.delivery
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** Whether the service says that nobody is logged in here (any more). */
  get isSignedOut(): boolean {
    return this.code === 'unauthenticated' || this.code === 'session_expired'
  }
}
