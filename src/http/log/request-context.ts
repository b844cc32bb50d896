/** What belongs to the request that is being worked for, wherever in the work one asks. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span } from '@opentelemetry/api'
import type { FastifyBaseLogger } from 'fastify'
import type { Caller } from '../../auth/events.ts'

export interface RequestContext {
  /** The logger of the request, which adds its ids to every line. */
  readonly log: FastifyBaseLogger
  /** The request itself, for events. */
  readonly caller: Caller
  /** The span that what happens now is a part of, where traces are on. */
  span?: Span
}

const storage = new AsyncLocalStorage<RequestContext>()

/**
 * Following a request through its promises costs nothing on Node 24 and later (AsyncContextFrame) and 15 % of
 * the CPU time of a small request before: there it is done only where traces are asked for.
 */
export const followingIsCheap = Number.parseInt(process.versions.node, 10) >= 24

/** Undefined outside of a request, and where requests are not followed. */
export const requestContext = (): RequestContext | undefined => storage.getStore()

export function withRequestContext(context: RequestContext, work: () => void): void {
  storage.run(context, work)
}

// Reads `traceparent`: which trace a request is part of, so that our log lines and spans join it.

/** What the caller says of its own span (W3C Trace Context, 3.2). */
export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly flags: number
}

const form =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** Undefined for what is not valid: then the trace begins here (W3C Trace Context, 4.3). */
export function readTraceparent(header: string | string[] | undefined): TraceParent | undefined {
  if (typeof header !== 'string') return undefined
  const [, version, traceId, spanId, flags = '0', more] = form.exec(header) ?? []
  if (traceId === undefined || spanId === undefined) return undefined
  // Only a later version may hold more than the four fields of this one.
  if (version === '00' && more !== undefined) return undefined
  return { traceId, spanId, flags: Number.parseInt(flags, 16) }
}

/**
 * The trace of a request, 32 hex digits: the caller's, or one of our own. A request id is a random UUID, and
 * its digits make a trace id: each can be found by the other.
 */
export function traceIdOf(header: string | string[] | undefined, requestId: string): string {
  return readTraceparent(header)?.traceId ?? requestId.replaceAll('-', '')
}
