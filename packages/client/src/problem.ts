/** What the service refuses (RFC 9457), as a typed error. */
import type { Delivery, ProblemDocument } from './types.ts'

/** Every code of the service, and `network_error` for one that could not be reached. */
export type ProblemCode = ProblemDocument['code'] | 'network_error'

/** A field of the body and what is wrong with it; dotted inside an object: `address.country`. */
export type FieldProblem = NonNullable<ProblemDocument['errors']>[number]

/** What a refusal is made of: the document, or as much of it as came. */
export interface Refusal extends Partial<Omit<ProblemDocument, 'code'>> {
  readonly code: ProblemCode
  readonly title: string
  readonly status: number
  readonly detail: string
}

/** Thrown by every call that was refused. `message` is the document's `detail`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly status: number
  readonly title: string
  /** The document's URI; undefined where it is not the service that refused, but something in between. */
  readonly type: string | undefined
  readonly requestId: string | undefined
  readonly errors: readonly FieldProblem[]
  /** Which rule the password breaks (`invalid_password`). */
  readonly reason: ProblemDocument['reason']
  /** Where a new code went (`user_not_confirmed`). */
  readonly delivery: Delivery | undefined
  /** When to come back (429 and 503). */
  readonly retryAfterSeconds: number | undefined

  constructor(document: Refusal, retryAfterSeconds?: number, options?: ErrorOptions) {
    super(document.detail, options)
    this.code = document.code
    this.status = document.status
    this.title = document.title
    this.type = document.type
    this.requestId = document.requestId
    this.errors = document.errors ?? []
    this.reason = document.reason
    this.delivery = document.delivery
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** Whether the service says that nobody is logged in here (any more). */
  get isSignedOut(): boolean {
    return this.code === 'unauthenticated' || this.code === 'session_expired'
  }
}
