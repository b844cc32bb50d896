/** Translates whatever the SDK throws into the catalogue of src/errors.ts, by the exception table. */
import { AppError, type AppErrorOptions, type TriggerFailure } from '../../errors.ts'
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

// Reads what the SDK throws: Cognito's exceptions, unreadable answers, time-outs, dead sockets.

export interface ForeignError {
  /** Cognito's exception name, or the JavaScript error's own. */
  readonly name: string
  readonly message: string
  /** Set where no answer came at all. */
  readonly silence: 'timeout' | 'unreachable' | undefined
  /** HTTP status of an answer. Only for what has no known name: Cognito says 400 for nearly all. */
  readonly status: number | undefined
  /** What the answer says of it, in seconds. */
  readonly retryAfterSeconds: number | undefined
  /** Whether the certificate of the endpoint, or of a proxy, is not trusted here. */
  readonly isUntrusted: boolean
  /** What may be logged as the cause. */
  readonly safe: Error
}

export function readError(error: unknown): ForeignError {
  const name = text(error, 'name') ?? 'Error'
  const message = text(error, 'message') ?? ''
  return {
    name,
    message,
    silence: silence(name, text(error, 'code')),
    status: number(field(error, '$metadata'), 'httpStatusCode') ?? statusOfUnreadable(error),
    retryAfterSeconds: retryAfter(field(field(error, '$response'), 'headers')),
    isUntrusted: isCertificateTrouble(text(error, 'code')),
    safe: safeCause(name, message)
  }
}

/** A body that is not JSON surfaces as a SyntaxError that carries the raw response. */
function statusOfUnreadable(error: unknown): number | undefined {
  return number(field(error, '$response'), 'statusCode')
}

/** The longest that a caller is asked to wait, in seconds: what a firewall says may be meant for robots. */
const longestWait = 60

/** `Retry-After` in seconds. A date (RFC 9110 section 10.2.3) by the sender's clock says too little here. */
function retryAfter(headers: unknown): number | undefined {
  const value = text(headers, 'retry-after')
  if (value === undefined || !/^\d{1,9}$/.test(value)) return undefined
  return Math.min(Math.max(Number(value), 1), longestWait)
}

/** The system's code of an error, where it has one. */
export function systemCodeOf(error: unknown): string | undefined {
  return text(error, 'code')
}

/**
 * OpenSSL's verdicts on a certificate (`SELF_SIGNED_CERT_IN_CHAIN`, `CERT_HAS_EXPIRED`,
 * `UNABLE_TO_VERIFY_LEAF_SIGNATURE`, ...) and Node's own on its names.
 */
export function isCertificateTrouble(code: string | undefined): boolean {
  return /CERT|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA/.test(code ?? '')
}

/**
 * System codes (ECONNRESET, EAI_AGAIN) mean a dead socket, whatever name the SDK has put over them;
 * ERR_* are Node's own, such as a certificate that is wrong, and need a person.
 */
function silence(name: string, code: string | undefined): ForeignError['silence'] {
  if (code !== undefined && /^E(?!RR_)[A-Z0-9_]+$/.test(code)) return 'unreachable'
  return name === 'AbortError' || name === 'TimeoutError' ? 'timeout' : undefined
}

/**
 * The SDK's errors hold the raw response, and parsers quote what they could not read: either may be
 * a token. Cognito's validation errors quote the value that was sent. None of it may reach a log.
 */
function safeCause(name: string, message: string): Error {
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

// Reads which Lambda trigger of the pool failed, and what it said, out of Cognito's message.

const lambdaExceptions: readonly string[] = [
  'UserLambdaValidationException',
  'UnexpectedLambdaException',
  'InvalidLambdaResponseException'
]

/** The full stop at the end is Cognito's own, not the function's. */
const forms = [
  /^(\w+) failed with error ([\s\S]*?)\.?$/,
  /^(\w+) invocation failed due to error ([\s\S]*?)\.?$/,
  /^(\w+) (?:invocation )?(failed\b[\s\S]*?)\.?$/
]

/** What Cognito's OAuth endpoints and some captures carry behind the text. */
const trailer = /\.? \(Service: \w+; Status Code: [\s\S]*\)$/

/** Undefined for what is no failure of a trigger. */
export function readTrigger({ name, message }: ForeignError): TriggerFailure | undefined {
  if (isMigration(message)) return { name: 'UserMigration', text: message }
  if (!lambdaExceptions.includes(name)) return undefined
  const bare = message.replace(trailer, '.')
  for (const form of forms) {
    const [, trigger, text] = form.exec(bare) ?? []
    if (trigger !== undefined && text !== undefined) return { name: trigger, text }
  }
  return { name: undefined, text: message }
}

/** UserMigration's failures come under the name of an unknown user. */
const isMigration = (message: string) => /^Exception migrating user/.test(message)
