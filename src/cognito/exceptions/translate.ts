/** Translates the errors that the SDK throws into those of src/errors.ts, by the exception table. */
import { AppError, type AppErrorOptions, type TriggerFailure } from '../../errors.ts'
import { type ExceptionRow, type FlowStep, userMigrationMessage } from './row.ts'
import { exceptionTable } from './table.ts'

/**
 * The AppError for a failed call. Cognito returns nearly every failure with status 400, so the exception's name
 * decides, then the step of the flow, then the message.
 *
 * @param step what the call was for: the same exception means different things at different steps.
 */
export function translate(step: FlowStep, error: unknown): AppError {
  if (error instanceof AppError) return error
  const sdkError = readSdkError(error)
  if (isThrottledByFirewall(sdkError)) return outage('throttled', sdkError)
  const row = exceptionTable
    .get(sdkError.name)
    ?.find(candidate => matches(candidate, step, sdkError.message))
  return row === undefined ? fromUnlisted(sdkError) : fromRow(row, sdkError)
}

/** AWS WAF blocks requests to Cognito with this exception, and with the status that its rule sets. */
function isThrottledByFirewall({ name, status }: SdkError): boolean {
  return name === 'ForbiddenException' && status === 429
}

/** 408 and 425 come from a proxy: the request arrived too late, or too early. */
function isTransientStatus(status: number | undefined): boolean {
  return status !== undefined && (status >= 500 || [408, 425, 429].includes(status))
}

function outage(reason: string, { retryAfterSeconds, loggableCause: cause }: SdkError): AppError {
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  return new AppError('cognito_unavailable', { reason, cause, ...wait })
}

function matches(row: ExceptionRow, step: FlowStep, message: string): boolean {
  if (row.steps !== undefined && !row.steps.includes(step)) return false
  if (row.message === undefined) return true
  return typeof row.message === 'function' ? row.message(message) : row.message.test(message)
}

function fromRow(row: ExceptionRow, sdkError: SdkError): AppError {
  const detail = typeof row.detail === 'function' ? row.detail(sdkError.message) : row.detail
  const errors = row.errors?.(sdkError.message)
  const trigger = readTriggerFailure(sdkError)
  const rule = row.passwordRule
  const passwordRule = typeof rule === 'function' ? rule(sdkError.message) : rule
  const options: AppErrorOptions = {
    reason: row.reason,
    cause: sdkError.loggableCause,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(passwordRule === undefined ? {} : { passwordRule })
  }
  return new AppError(row.code, options)
}

/** No response, 429 and 5xx are transient. Any other error that the table does not list needs an operator. */
function fromUnlisted(sdkError: SdkError): AppError {
  const { name, noResponse, status, loggableCause: cause } = sdkError
  if (noResponse !== undefined)
    return new AppError('cognito_unavailable', { reason: noResponse, cause })
  if (sdkError.isCertificateError)
    return new AppError('upstream_error', { reason: 'tls_certificate', cause })
  if (isTransientStatus(status)) return outage(status === 429 ? 'throttled' : 'http_5xx', sdkError)
  if (status === 403 || status === 407)
    return new AppError('upstream_error', { reason: 'blocked', cause })
  const reason = name === 'SyntaxError' ? 'unreadable_answer' : 'unknown_exception'
  return new AppError('upstream_error', { reason, cause })
}

/** An error that the SDK threw: an exception of Cognito, an unreadable response, a time-out, a broken connection. */
export interface SdkError {
  /** The name of Cognito's exception, or of the JavaScript error. */
  readonly name: string
  readonly message: string
  /** Set where no response arrived. */
  readonly noResponse: 'timeout' | 'unreachable' | undefined
  /** HTTP status of the response. Of use for unknown names only: Cognito returns 400 for nearly all. */
  readonly status: number | undefined
  /** `Retry-After` of the response, in seconds. */
  readonly retryAfterSeconds: number | undefined
  /** Whether the certificate of the endpoint, or of a proxy, is not trusted. */
  readonly isCertificateError: boolean
  /** A copy without secrets, for `cause`. */
  readonly loggableCause: Error
}

export function readSdkError(error: unknown): SdkError {
  const name = text(error, 'name') ?? 'Error'
  const message = text(error, 'message') ?? ''
  return {
    name,
    message,
    noResponse: noResponseReason(name, text(error, 'code')),
    status: number(field(error, '$metadata'), 'httpStatusCode') ?? statusOfUnreadable(error),
    retryAfterSeconds: retryAfter(field(field(error, '$response'), 'headers')),
    isCertificateError: isCertificateError(text(error, 'code')),
    loggableCause: loggableCause(name, message)
  }
}

/** For a body that is not JSON the SDK throws a SyntaxError that holds the raw response. */
function statusOfUnreadable(error: unknown): number | undefined {
  return number(field(error, '$response'), 'statusCode')
}

/** Upper limit of `Retry-After` for the client, in seconds: a firewall's value may be meant for bots. */
const maxRetryAfter = 60

/** `Retry-After` in seconds. A date (RFC 9110 section 10.2.3) is ignored: it is by the sender's clock. */
function retryAfter(headers: unknown): number | undefined {
  const value = text(headers, 'retry-after')
  if (value === undefined || !/^\d{1,9}$/.test(value)) return undefined
  return Math.min(Math.max(Number(value), 1), maxRetryAfter)
}

/** The system code of an error: `ECONNRESET`. */
export function systemCodeOf(error: unknown): string | undefined {
  return text(error, 'code')
}

/**
 * Whether it is one of OpenSSL's codes for certificates (`SELF_SIGNED_CERT_IN_CHAIN`, `CERT_HAS_EXPIRED`,
 * `UNABLE_TO_VERIFY_LEAF_SIGNATURE`, ...) or one of Node's for the names in them.
 */
export function isCertificateError(code: string | undefined): boolean {
  return /CERT|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA/.test(code ?? '')
}

/**
 * System codes (ECONNRESET, EAI_AGAIN) mean a broken connection, whatever name the SDK gives the error. ERR_* are
 * Node's own, such as one for a wrong certificate, and need an operator.
 */
function noResponseReason(name: string, code: string | undefined): SdkError['noResponse'] {
  if (code !== undefined && /^E(?!RR_)[A-Z0-9_]+$/.test(code)) return 'unreachable'
  return name === 'AbortError' || name === 'TimeoutError' ? 'timeout' : undefined
}

/**
 * The error without anything that must not reach a log: the SDK's errors hold the raw response, and parse errors
 * quote it, which may be a token. Cognito's validation errors quote the value that was sent.
 */
function loggableCause(name: string, message: string): Error {
  const unparsable = name === 'SyntaxError'
  const quoteless = message.replace(/\bvalue '.*?' at '/gis, "Value at '")
  const cause = new Error(unparsable ? 'the answer cannot be parsed' : quoteless)
  cause.name = name
  return cause
}

function field(from: unknown, key: string): unknown {
  return typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined
}

function text(from: unknown, key: string): string | undefined {
  const value = field(from, key)
  return typeof value === 'string' ? value : undefined
}

function number(from: unknown, key: string): number | undefined {
  const value = field(from, key)
  return typeof value === 'number' ? value : undefined
}

const triggerExceptions: readonly string[] = [
  'UserLambdaValidationException',
  'UnexpectedLambdaException',
  'InvalidLambdaResponseException'
]

/** Cognito's messages about a trigger, with its name and what it threw. Cognito adds the full stop at the end. */
const triggerMessages = [
  /^(\w+) failed with error ([\s\S]*?)\.?$/,
  /^(\w+) invocation failed due to error ([\s\S]*?)\.?$/,
  /^(\w+) (?:invocation )?(failed\b[\s\S]*?)\.?$/
]

/** A suffix of messages from Cognito's OAuth endpoints. */
const trailer = /\.? \(Service: \w+; Status Code: [\s\S]*\)$/

/** Which Lambda trigger of the pool failed, and what it threw; undefined for any other exception. */
export function readTriggerFailure({ name, message }: SdkError): TriggerFailure | undefined {
  if (userMigrationMessage.test(message)) return { name: 'UserMigration', text: message }
  if (!triggerExceptions.includes(name)) return undefined
  const bare = message.replace(trailer, '.')
  for (const form of triggerMessages) {
    const [, trigger, text] = form.exec(bare) ?? []
    if (trigger !== undefined && text !== undefined) return { name: trigger, text }
  }
  return { name: undefined, text: message }
}
