/** Child spans of a request, one for each call it makes: to Cognito, Redis and the team's API. */

import {
  subscribe,
  type TracingChannelSubscribers,
  tracingChannel,
  unsubscribe
} from 'node:diagnostics_channel'
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace
} from '@opentelemetry/api'
import { cognitoCallChannel, errorType, type OutgoingCall } from '../egress/outgoing-call.ts'

/**
 * Starts the span of a call; undefined for a call that no request has made, as a ping. `startedAt` in ms since the
 * epoch; now by default.
 */
export type StartChildSpan = (
  name: string,
  attributes: Attributes,
  startedAt?: number
) => Span | undefined

/** @param activeSpan the span of the request that the present code runs for */
export function childSpanStarter(
  tracer: Tracer,
  activeSpan: () => Span | undefined
): StartChildSpan {
  return (name, attributes, startedAt) => {
    const parent = activeSpan()
    if (parent === undefined) return undefined
    const context = trace.setSpan(ROOT_CONTEXT, parent)
    const startTime = startedAt !== undefined && { startTime: startedAt }
    return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, ...startTime }, context)
  }
}

/** `type` is a code or a name: messages of errors may repeat what was sent. */
function markFailed(span: Span, type: string): void {
  span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR })
}

/** Subscribes to diagnostics channels by name. Returns a function that unsubscribes from all of them. */
function subscribeAll<Message>(
  channels: Readonly<Record<string, (message: Message) => void>>
): () => void {
  const unsubscribes = Object.entries(channels).map(([name, listener]) => {
    // The type of a channel's messages is documented with the channel; callers declare the part that they read.
    const onMessage = (message: unknown) => listener(message as Message)
    subscribe(name, onMessage)
    return () => unsubscribe(name, onMessage)
  })
  return () => {
    for (const stop of unsubscribes) stop()
  }
}

/**
 * Spans of calls to Cognito. Its worker thread makes them: they are published when they are over. Returns a function
 * that unsubscribes.
 */
export function traceCognito(startChild: StartChildSpan): () => void {
  return subscribeAll<OutgoingCall>({
    [cognitoCallChannel]({ service, method, host, startedAt, endedAt, status, error }) {
      const attributes = {
        'rpc.system': 'aws-api',
        'rpc.service': service,
        'rpc.method': method,
        'server.address': host,
        ...(status !== undefined && { 'http.response.status_code': status })
      }
      const span = startChild(`${service}/${method}`, attributes, startedAt)
      if (span === undefined) return
      if (error !== undefined) markFailed(span, error)
      else if (status === undefined || status >= 400) markFailed(span, String(status ?? 0))
      span.end(endedAt)
    }
  })
}

/** A message of node-redis about a command. Its `args` hold keys and values: they are not read here. */
interface Command {
  readonly command: string
  readonly serverAddress?: string
  readonly serverPort?: number
  error?: unknown
}

/** Spans of Redis commands. Returns a function that unsubscribes. */
export function traceRedis(startChild: StartChildSpan): () => void {
  const spans = new WeakMap<object, Span>()
  const subscribers: TracingChannelSubscribers<Command> = {
    start(message) {
      const { command, serverAddress, serverPort } = message as Command // as node-redis documents
      const span = startChild(command, {
        'db.system.name': 'redis',
        'db.operation.name': command,
        ...(serverAddress !== undefined && { 'server.address': serverAddress }),
        ...(serverPort !== undefined && { 'server.port': serverPort })
      })
      if (span) spans.set(message, span)
    },
    error(message) {
      const span = spans.get(message)
      if (span) markFailed(span, errorType(message.error))
    },
    asyncEnd: message => spans.get(message)?.end(),
    end: () => {},
    asyncStart: () => {}
  }
  const channel = tracingChannel<Command>('node-redis:command')
  channel.subscribe(subscribers)
  return () => void channel.unsubscribe(subscribers)
}

/** The part of undici's request that is read here. Its path and headers are not: they hold personal data. */
interface UndiciRequest {
  readonly method: string
  readonly origin: string | URL
  /** Name, value, name, value. */
  readonly headers: unknown
  addHeader(name: string, value: string): void
}

interface UndiciMessage {
  readonly request: UndiciRequest
  readonly response?: { readonly statusCode: number }
  readonly error?: unknown
}

/** Spans of calls to the team's API, which the proxy makes with undici. Returns a function that unsubscribes. */
export function traceUpstream(startChild: StartChildSpan): () => void {
  const spans = new WeakMap<UndiciRequest, Span>()
  return subscribeAll<UndiciMessage>({
    'undici:request:create'({ request }) {
      const { hostname, port, protocol } = new URL(request.origin)
      const span = startChild(request.method, {
        'http.request.method': request.method,
        'server.address': hostname,
        'server.port': Number(port || (protocol === 'https:' ? 443 : 80))
      })
      if (span === undefined) return
      spans.set(request, span)
      propagateTrace(request, span)
    },
    'undici:request:headers'({ request, response }) {
      const status = response?.statusCode ?? 0
      const span = spans.get(request)?.setAttribute('http.response.status_code', status)
      if (span && status >= 400) markFailed(span, String(status))
    },
    'undici:request:trailers': ({ request }) => spans.get(request)?.end(),
    'undici:request:error'({ request, error }) {
      const span = spans.get(request)
      if (span) markFailed(span, errorType(error))
      span?.end()
    }
  })
}

/** Replaces the client's `traceparent` by one of the child span: the spans of the API become children of it. */
function propagateTrace(request: UndiciRequest, span: Span): void {
  const { traceId, spanId, traceFlags } = span.spanContext()
  const flags = traceFlags & TraceFlags.SAMPLED ? '01' : '00'
  const traceparent = `00-${traceId}-${spanId}-${flags}`
  const names = Array.isArray(request.headers) ? request.headers : []
  const index = names.findIndex((name, i) => i % 2 === 0 && /^traceparent$/i.test(String(name)))
  if (index === -1) request.addHeader('traceparent', traceparent)
  else names[index + 1] = traceparent
}
