/** The one line a request leaves in the log. */
import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError } from '../../errors.ts'
import type { Refusals } from '../refusals.ts'
import { pathOf } from './logger.ts'
import { traceIdOf } from './request-context.ts'

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

/** Field by field: as one literal with spreads this was a tenth of an anonymous request. */
interface Line {
  reqId: string
  traceId: string
  method: string
  route: string | undefined
  path: string
  status: number
  durationMs: number
  ip: string
  session?: string
  code?: string
  reason?: string | undefined
  err?: unknown
}

export function logRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  refusals: Pick<Refusals, 'isNews'>
): void {
  const { id: reqId, headers } = request
  const { url: route, logLevel } = request.routeOptions
  const line: Line = {
    reqId,
    traceId: traceIdOf(headers.traceparent, reqId),
    method: request.method,
    route,
    path: pathOf(request.url),
    status: statusOf(reply),
    durationMs: Math.round(reply.elapsedTime * 100) / 100,
    ip: request.ip
  }
  const { loaded } = request
  const data = loaded?.kind === 'live' ? loaded.session.data : undefined
  if (data?.kind === 'authenticated') line.session = data.handle
  const failure = failures.get(reply.raw)
  const level = levelOf(failure, refusals)
  if (failure) {
    line.code = failure.error.code
    line.reason = failure.error.reason
    if (failure.error.status >= 500 && level !== 'info') line.err = failure.cause
  }
  // Not by the logger of the request, which would add its ids once more: the level of its route is looked at here.
  if (!logLevel || severity.indexOf(level) >= severity.indexOf(logLevel)) {
    request.server.log[level](line, 'request')
  }
}

const severity = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/**
 * 503 is weather: it passes by itself, and to stop on purpose is not even that. Of an outage the first lines are
 * warnings, the rest are summed up. The other 5xx need a person.
 */
function levelOf(
  failure: Failure | undefined,
  refusals: Pick<Refusals, 'isNews'>
): 'info' | 'warn' | 'error' {
  if (failure === undefined || failure.error.status < 500) return 'info'
  if (failure.error.reason === 'draining') return 'info'
  if (failure.error.status !== 503) return 'error'
  return refusals.isNews(failure.error) ? 'warn' : 'info'
}

// When a request is over, and how it ended: for the log, the metrics, the traces and the limits.

const works = Symbol('works')

type Watched = ServerResponse & { [works]?: (() => void)[] }

/** Runs once, when the answer has left or the caller has hung up. What it throws is logged. */
export function onceOver(reply: FastifyReply, work: () => void): void {
  const raw: Watched = reply.raw
  if (raw[works]) {
    raw[works].push(work)
    return
  }
  raw[works] = [work]
  // One listener for all who wait, and not by `once`: a stream closes once anyway.
  raw.on('close', () => {
    for (const each of raw[works] ?? []) attempt(each, reply)
  })
}

/** Aborted once the request is over, for work that is not to begin after that. */
export function untilOver(reply: FastifyReply): AbortSignal {
  const over = new AbortController()
  if (reply.raw.destroyed) over.abort()
  else onceOver(reply, () => over.abort())
  return over.signal
}

function attempt(work: () => void, { log }: FastifyReply): void {
  try {
    work()
  } catch (err) {
    // No caller could catch it, and an error in a log or a metric must not end the process.
    log.error({ err }, 'the end of a request could not be noted')
  }
}

/** How the client sees the end: 499 is what proxies log for a caller who did not wait. */
export function statusOf({ raw }: FastifyReply): number {
  return raw.writableFinished ? raw.statusCode : 499
}
