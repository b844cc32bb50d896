/** Reads what the SDK throws: Cognito's exceptions, unreadable answers, time-outs, dead sockets. */

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
