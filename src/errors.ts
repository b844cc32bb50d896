/** The catalogue of everything this service can refuse: code, HTTP status, public title. */

const catalogue = {
  invalid_request: [400, 'The request is not valid'],
  invalid_password: [400, 'The password does not meet the policy'],
  code_mismatch: [400, 'The code is wrong'],
  code_expired: [400, 'The code has expired'],
  challenge_unsupported: [400, 'This sign-in step is not supported'],
  invalid_credentials: [401, 'Wrong email or password'],
  unauthenticated: [401, 'Not logged in'],
  session_expired: [401, 'The session has ended'],
  challenge_expired: [401, 'The login must start again'],
  user_not_confirmed: [403, 'The account is not confirmed'],
  password_reset_required: [403, 'The password must be reset'],
  csrf_rejected: [403, 'The request was refused'],
  refused_by_trigger: [403, 'Refused by a rule of the user pool'],
  forbidden: [403, 'Not allowed for this user'],
  reauthentication_required: [403, 'A recent login is required'],
  not_found: [404, 'Not found'],
  email_not_found: [404, 'Email address not found'],
  method_not_allowed: [405, 'The method is not allowed here'],
  alias_exists: [409, 'Already used by another account'],
  email_exists: [409, 'The account already exists'],
  payload_too_large: [413, 'The request is too large'],
  unsupported_media_type: [415, 'The content type is not supported'],
  rate_limited: [429, 'Too many requests'],
  attempt_limit_exceeded: [429, 'Too many attempts'],
  internal_error: [500, 'Something went wrong'],
  upstream_error: [502, 'An upstream service sent an invalid response'],
  cognito_unavailable: [503, 'The identity service is not available'],
  store_unavailable: [503, 'The session store is not available'],
  service_unavailable: [503, 'The service is busy']
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ErrorCode = keyof typeof catalogue

/** The codes in the order of the catalogue. */
export const errorCodes = Object.keys(catalogue) as ErrorCode[] // keys of a const literal

/** What a person reads when nothing more particular is known. */
const sentences: Record<ErrorCode, string> = {
  invalid_request: 'Some values are missing or invalid.',
  invalid_password: 'The password does not meet the policy of this service.',
  code_mismatch: 'The code is wrong. Check it and try again.',
  code_expired: 'The code is no longer valid. Request a new one.',
  challenge_unsupported: 'This account needs a sign-in step that this service does not offer.',
  invalid_credentials: 'The email address or password is wrong.',
  unauthenticated: 'Log in first.',
  session_expired: 'The session has ended. Log in again.',
  challenge_expired: 'The login took too long or was already used. Log in again.',
  user_not_confirmed: 'The account is not confirmed yet. A new code has been sent.',
  password_reset_required: 'The password of this account must be reset before it can be used.',
  csrf_rejected: 'The request did not come from this application. Send the header X-CSRF: 1.',
  refused_by_trigger: 'A rule of this service does not allow this. Contact its support for help.',
  forbidden: 'This account is not allowed to do that.',
  reauthentication_required: 'Log in again to do this.',
  not_found: 'There is nothing at this URL.',
  email_not_found: 'Email address not found.',
  method_not_allowed:
    'This URL does not support the method. The Allow header lists the methods it supports.',
  alias_exists: 'The email address or phone number belongs to another account.',
  email_exists: 'An account with this email address already exists.',
  payload_too_large: 'The request is larger than this service accepts.',
  unsupported_media_type: 'Send the body as application/json.',
  rate_limited: 'Too many requests. Wait a little and try again.',
  attempt_limit_exceeded: 'Too many attempts for this account. Wait a while and try again.',
  internal_error: 'Something went wrong on our side. Try again.',
  upstream_error: 'A service behind this one did not respond correctly.',
  cognito_unavailable: 'Signing in is not possible right now. Try again in a moment.',
  store_unavailable: 'Sessions are unavailable right now. Try again in a moment.',
  service_unavailable: 'The service is too busy right now. Try again in a moment.'
}

/** What can be wrong with a field: stable, for pages that say it in words of their own. */
export const fieldCodes = [
  'required',
  'unknown_field',
  'wrong_type',
  'not_allowed',
  'too_short',
  'too_long',
  'too_many',
  'too_large',
  'duplicate',
  'wrong_format',
  'immutable',
  'invalid'
] as const

export type FieldCode = (typeof fieldCodes)[number]

/** One bad field of a request: where (dotted path, or the field's name) and what is wrong, as code and in words. */
export interface FieldError {
  readonly field: string
  readonly message: string
  readonly code: FieldCode
}

/** Which rule a password breaks: the `reason` of `invalid_password`, stable. `policy`: Cognito does not say which. */
export const passwordRules = [
  'too_short',
  'too_long',
  'needs_uppercase',
  'needs_lowercase',
  'needs_digit',
  'needs_symbol',
  'malformed',
  'used_before',
  'policy'
] as const

export type PasswordRule = (typeof passwordRules)[number]

/** Where a code went: the masked address, as Cognito reports it. */
export interface Delivery {
  readonly medium: 'EMAIL' | 'SMS'
  readonly destination: string
}

/** A Lambda trigger of the pool that failed or refused. */
export interface TriggerFailure {
  /** As Cognito names it: `PreSignUp`, `PostConfirmation`, ... Undefined where it does not say. */
  readonly name: string | undefined
  /** What the function threw, without Cognito's prefix and full stop: for the log, not for a client as it is. */
  readonly text: string
}

export interface AppErrorOptions {
  /** Public sentence instead of the catalogue's. Never holds internals. */
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  /** Of `invalid_password`. */
  readonly passwordRule?: PasswordRule
  readonly delivery?: Delivery
  readonly retryAfterSeconds?: number
  /** The methods that the address takes, for the header `Allow`. */
  readonly allow?: string
  /** Machine-readable reason for logs and metrics; never sent. */
  readonly reason?: string
  /** Set where a trigger of the pool is the cause. Sent only by `TRIGGER_MESSAGES=show`. */
  readonly trigger?: TriggerFailure
  readonly cause?: unknown
}

/** The one error class that reaches the client: a row of the catalogue plus what is known of the case. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly errors: readonly FieldError[] | undefined
  readonly passwordRule: PasswordRule | undefined
  readonly delivery: Delivery | undefined
  readonly retryAfterSeconds: number | undefined
  readonly allow: string | undefined
  readonly reason: string | undefined
  readonly trigger: TriggerFailure | undefined

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(options.detail ?? sentences[code], { cause: options.cause })
    const [status, title] = catalogue[code]
    this.code = code
    this.status = status
    this.title = title
    this.detail = this.message
    this.errors = options.errors
    this.passwordRule = code === 'invalid_password' ? (options.passwordRule ?? 'policy') : undefined
    this.delivery = options.delivery
    this.retryAfterSeconds = options.retryAfterSeconds ?? defaultRetryAfter(status)
    this.allow = options.allow
    this.reason = options.reason
    this.trigger = options.trigger
  }
}

/** 429 and 503 always tell when to come back. */
function defaultRetryAfter(status: number): number | undefined {
  if (status === 503) return 2
  return status === 429 ? 60 : undefined
}

/** What keeps the service from starting, in a sentence that says what the operator can do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
