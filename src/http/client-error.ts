/** Answers what is no HTTP request at all: the parser gave up before any route or hook could see it. */
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../errors.ts'
import { type Problem, problemOf } from './problem.ts'

/** For Fastify's `clientErrorHandler`. */
export function replyToUnreadable(error: Error & { code?: string }, socket: Socket): void {
  // Nobody is listening any more, or an answer is on its way already.
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.write(response(problemFor(error.code)))
  socket.destroy(error)
}

/** Statuses that the catalogue has no row for: no handler can answer them. */
function problemFor(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'The address or the headers of the request are too large.'
    return {
      ...problemOf(new AppError('payload_too_large', { detail }), randomUUID()),
      status: 431
    }
  }
  const late = code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const detail = late ? 'The request did not arrive in time.' : 'The request is not valid HTTP.'
  const problem = problemOf(new AppError('invalid_request', { detail }), randomUUID())
  return late ? { ...problem, status: 408 } : problem
}

function response(problem: Problem): string {
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${problem.requestId}`,
    'Connection: close',
    '',
    body
  ].join('\r\n')
}
