/** Answers what is no HTTP request, or none that can be met: no route or hook could see it. */
import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../errors.ts'
import { type Problem, problemOf } from './problem.ts'

/** As Node keeps it: the answer that is being given on a connection. */
type Connection = Socket & { readonly _httpMessage?: ServerResponse | null }

/** For Fastify's `clientErrorHandler`. */
export function replyToUnreadable(error: Error & { code?: string }, socket: Connection): void {
  // The client has gone.
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  // In the middle of an answer another one would be taken for a part of it. (Node looks at the same.)
  const isAnswering = socket._httpMessage?.headersSent ?? false
  if (socket.writable && !isAnswering) socket.write(response(problemFor(error.code)))
  socket.destroy(error)
}

/** For Node's `checkExpectation`: `Expect` wants something else than 100-continue (RFC 9110 section 10.1.1). */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const problem = { ...invalid('The service does not support this Expect header.'), status: 417 }
  const body = JSON.stringify(problem)
  response.writeHead(problem.status, headersOf(problem, body)).end(body)
}

/** Statuses that the catalogue has no row for: no handler can answer them. */
function problemFor(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'The URL or the headers of the request are too large.'
    return {
      ...problemOf(new AppError('payload_too_large', { detail }), randomUUID()),
      status: 431
    }
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { ...invalid('The request did not arrive in time.'), status: 408 }
  }
  return invalid('The request is not valid HTTP.')
}

const invalid = (detail: string) => {
  const errors = [
    { field: 'request', message: 'must be a complete HTTP request', code: 'wrong_format' as const }
  ]
  return problemOf(new AppError('invalid_request', { detail, errors }), randomUUID())
}

function headersOf(problem: Problem, body: string): Record<string, string> {
  return {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': problem.requestId,
    Connection: 'close'
  }
}

function response(problem: Problem): string {
  const body = JSON.stringify(problem)
  const headers = Object.entries(headersOf(problem, body)).map(
    ([name, value]) => `${name}: ${value}`
  )
  const status = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`
  return [status, ...headers, '', body].join('\r\n')
}

// How the listener treats connections: for how long, what it wants of them, and what becomes of them when it closes.

export const listening = {
  /** Longer than the 60 s after which balancers let go of a connection: only one side must close idle ones. */
  keepAliveTimeout: 72_000,
  /** A request has to arrive within 60 s (Node looks every `connectionsCheckingInterval`), so that trickling bytes cannot hold connections open for ever. */
  requestTimeout: 59_000,
  /** Refused all the same, with a body that says why (plugins/require-host.ts). */
  http: { requireHostHeader: false, connectionsCheckingInterval: 1000 },
  /** What arrives on an open connection while the listener closes is served, with `Connection: close`. */
  return503OnClosing: false,
  forceCloseConnections: 'idle'
} as const
