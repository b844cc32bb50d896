/** One call to the service: the CSRF header, a deadline, one retry, and problems as errors. */
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

/** Longer than this nobody is kept waiting for a retry. */
const longestPauseSeconds = 5

/**
 * Gives a `fetch` for the service. It throws `ProblemError` for problem documents and for a service that
 * cannot be reached, and repeats a call once after `cognito_unavailable`, when `Retry-After` says so.
 * Any other answer comes back as it is: one of an API behind `/api` may have any status.
 * An abort by the caller's signal is thrown as `fetch` throws it.
 */
export function createFetch(options: RequestOptions): typeof globalThis.fetch {
  const { onResponse, onProblem } = options
  const attempt = async (input: Parameters<typeof fetch>[0], init: RequestInit) => {
    const response = await reach(input, init, options)
    onResponse?.(response)
    const problem = await readProblem(response)
    if (!problem) return response
    onProblem?.(problem)
    throw problem
  }
  return async (input, init = {}) => {
    try {
      return await attempt(input, init)
    } catch (error) {
      if (!isWorthRepeating(error)) throw error
      await pause(error.retryAfterSeconds ?? 1, init.signal ?? undefined)
      return attempt(input, init)
    }
  }
}

async function reach(
  input: Parameters<typeof fetch>[0],
  init: RequestInit,
  { baseUrl = '', fetch = globalThis.fetch, timeout = 30_000 }: RequestOptions
): Promise<Response> {
  const isRequest = input instanceof Request
  const headers = new Headers(init.headers ?? (isRequest ? input.headers : undefined))
  headers.set('X-CSRF', '1')
  const deadline = AbortSignal.timeout(timeout)
  const stop = init.signal ?? (isRequest ? input.signal : undefined)
  const signal = stop ? AbortSignal.any([stop, deadline]) : deadline
  const url = typeof input === 'string' ? baseUrl + input : input
  try {
    // A clone, because the body of a request can be sent once only, and there may be a second attempt.
    const target = isRequest ? input.clone() : url
    return await fetch.call(globalThis, target, { cache: 'no-store', ...init, headers, signal })
  } catch (cause) {
    if (stop?.aborted) throw cause
    throw unreachable(deadline.aborted, cause)
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
