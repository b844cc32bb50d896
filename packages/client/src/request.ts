/** One call to the service: the CSRF header, a deadline, one retry of what only reads, and problems as errors. */
import { ProblemError } from './problem.ts'
import { readProblem } from './read-problem.ts'

export interface RequestOptions {
  /** Where the service is; the page's own origin by default. */
  readonly baseUrl?: string
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
  /** After how many ms a call is given up; 30 s by default. */
  readonly timeout?: number
  /** Sees every answer, refused or not. */
  readonly onResponse?: (response: Response) => void
  /** Sees every problem before the caller does. */
  readonly onProblem?: (problem: ProblemError) => void
}

/** As `fetch` takes it, and for how long to wait. */
export interface FetchOptions extends RequestInit {
  /** In place of the client's, in ms; 0 waits without an end. */
  readonly timeout?: number
}

export type ClientFetch = (
  input: Parameters<typeof globalThis.fetch>[0],
  init?: FetchOptions
) => Promise<Response>

/** Longer than this nobody is kept waiting for a retry. */
const longestPauseSeconds = 5

/** Browsers fire at once when asked to wait longer than this (2^31 ms). */
const longestTimer = 2_147_483_647

/**
 * Gives a `fetch` for the service. It throws `ProblemError` for the service's own problem documents and for a
 * service that cannot be reached, and repeats a call that only reads once after `cognito_unavailable`, when
 * `Retry-After` says so. A call that changes something is not repeated: it may have been done although its
 * answer was lost.
 * Any other answer comes back as it is: one of an API behind `/api` may have any status, and problem documents
 * of its own. The deadline ends with the head of the answer: a body may stream for as long as it likes.
 * An abort by the caller's signal is thrown as `fetch` throws it.
 */
export function createFetch(options: RequestOptions): ClientFetch {
  const { onResponse, onProblem } = options
  const attempt = async (input: Parameters<typeof fetch>[0], init: FetchOptions) => {
    const stop = init.signal ?? (input instanceof Request ? input.signal : undefined)
    const problem = await beforeDeadline(init.timeout ?? options.timeout, stop, async signal => {
      const response = await reach(input, { ...init, signal }, options)
      onResponse?.(response)
      return (await readProblem(response)) ?? response
    })
    if (problem instanceof Response) return problem
    onProblem?.(problem)
    throw problem
  }
  return async (input, init = {}) => {
    try {
      return await attempt(input, init)
    } catch (error) {
      if (!isSafe(input, init) || !isWorthRepeating(error)) throw error
      await pause(error.retryAfterSeconds ?? 1, init.signal ?? undefined)
      return attempt(input, init)
    }
  }
}

async function reach(
  input: Parameters<typeof fetch>[0],
  { timeout: _, ...init }: FetchOptions,
  { baseUrl = '', fetch = globalThis.fetch }: RequestOptions
): Promise<Response> {
  const isRequest = input instanceof Request
  const headers = new Headers(init.headers ?? (isRequest ? input.headers : undefined))
  headers.set('X-CSRF', '1')
  const url = typeof input === 'string' ? baseUrl + input : input
  // A clone, because the body of a request can be sent once only, and there may be a second attempt.
  const target = isRequest ? input.clone() : url
  return fetch.call(globalThis, target, { cache: 'no-store', ...init, headers })
}

/**
 * Aborts `work` after `timeout` ms, and never once it is done. Its failure becomes a `network_error`, unless the
 * caller's own signal has caused it.
 */
export async function beforeDeadline<T>(
  timeout = 30_000,
  stop: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const late = new AbortController()
  const timer = timeout > 0 && setTimeout(() => late.abort(), Math.min(timeout, longestTimer))
  try {
    return await work(stop ? AbortSignal.any([stop, late.signal]) : late.signal)
  } catch (cause) {
    if (stop?.aborted || cause instanceof ProblemError) throw cause
    throw unreachable(late.signal.aborted, cause)
  } finally {
    clearTimeout(timer || undefined)
  }
}

function unreachable(isLate: boolean, cause: unknown): ProblemError {
  const detail = isLate
    ? 'The service did not answer in time. Try again.'
    : 'The service cannot be reached. Check your connection and try again.'
  return new ProblemError(
    { code: 'network_error', title: 'No answer', status: 0, detail },
    undefined,
    { cause }
  )
}

/** Methods that change nothing (RFC 9110 section 9.2.1). */
function isSafe(input: Parameters<typeof fetch>[0], init: RequestInit): boolean {
  const method = init.method ?? (input instanceof Request ? input.method : 'GET')
  return ['GET', 'HEAD', 'OPTIONS'].includes(method.toUpperCase())
}

function isWorthRepeating(error: unknown): error is ProblemError {
  return (
    error instanceof ProblemError &&
    error.code === 'cognito_unavailable' &&
    (error.retryAfterSeconds ?? 1) <= longestPauseSeconds
  )
}

function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, seconds * 1000)
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
  })
}
