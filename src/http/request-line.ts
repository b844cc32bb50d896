/** The one line a request leaves in the log. */
import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError } from '../errors.ts'
import { statusOf } from './exchange.ts'
import { pathOf } from './logging.ts'

interface Failure {
  readonly error: AppError
  /** What was thrown, where it is more than the row of the catalogue. */
  readonly cause: unknown
}

const failures = new WeakMap<ServerResponse, Failure>()

/** Remembers what a request failed with: the line about it says so, and no other line has to. */
export function noteFailure(reply: FastifyReply, error: AppError, thrown: unknown): void {
  const isForeseen = error.status === 503 && thrown === error
  failures.set(reply.raw, { error, cause: isForeseen ? error.cause : thrown })
}

/** What the request was refused with, if it was. */
export function failureOf(reply: FastifyReply): AppError | undefined {
  return failures.get(reply.raw)?.error
}

export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const failure = failures.get(reply.raw)
  const data = request.session?.stored?.loaded?.data
  const line = {
    method: request.method,
    route: request.routeOptions.url,
    path: pathOf(request.url),
    status: statusOf(reply),
    durationMs: Math.round(reply.elapsedTime * 100) / 100,
    ip: request.ip,
    ...(data?.kind === 'authenticated' && { session: data.handle }),
    ...(failure && { code: failure.error.code, reason: failure.error.reason }),
    ...(failure && failure.error.status >= 500 && { err: failure.cause })
  }
  request.log[levelOf(failure)](line, 'request')
}

/** 503 is weather: it passes by itself, and to stop on purpose is not even that. The other 5xx need a person. */
function levelOf(failure: Failure | undefined): 'info' | 'warn' | 'error' {
  if (failure === undefined || failure.error.status < 500) return 'info'
  if (failure.error.reason === 'draining') return 'info'
  return failure.error.status === 503 ? 'warn' : 'error'
}
