/** Spans of what is called on behalf of a request, below the span of that request. */

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

/**
 * Begins a span of a call; undefined where nobody is being served, as for a ping. `at`: when it began, in ms
 * since the epoch, where that is not now.
 */
export type BeginCall = (name: string, attributes: Attributes, at?: number) => Span | undefined

/** @param active the span that what happens now is a part of */
export function childSpans(tracer: Tracer, active: () => Span | undefined): BeginCall {
  return (name, attributes, at) => {
    const parent = active()
    if (parent === undefined) return undefined
    const context = trace.setSpan(ROOT_CONTEXT, parent)
    const startTime = at !== undefined && { startTime: at }
    return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, ...startTime }, context)
  }
}

/** Marks a span as failed. `type` is a word: messages may quote what was sent. */
export function failed(span: Span, type: string): void {
  span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR })
}

/** The word for an error: its system code, or its name. */
export function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

// Listens on Node's diagnostics channels by name, and stops listening on all of them at once.

/** Answers how to stop. */
export function listenOn<Message>(
  channels: Readonly<Record<string, (message: Message) => void>>
): () => void {
  const listeners = Object.entries(channels).map(([name, listener]) => {
    // What a channel carries is documented with it; the caller names the part that it reads.
    const onMessage = (message: unknown) => listener(message as Message)
    subscribe(name, onMessage)
    return () => unsubscribe(name, onMessage)
  })
  return () => {
    for (const stop of listeners) stop()
  }
}

// Spans of calls to Cognito. Another thread makes them: what is known of them comes when they are over.

/** Where src/cognito publishes its calls, and what it says of each. */
const channel = 'cognito-bff:cognito.call'

interface Call {
  readonly service: string
  readonly method: string
  readonly host: string
  /** Instants in ms since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  /** HTTP's, where there was an answer. */
  readonly status: number | undefined
  /** System code or name of what went wrong below HTTP. */
  readonly error: string | undefined
}

/** Answers how to stop. */
export function traceCognito(begin: BeginCall): () => void {
  return listenOn<Call>({
    [channel]({ service, method, host, startedAt, endedAt, status, error }) {
      const attributes = {
        'rpc.system': 'aws-api',
        'rpc.service': service,
        'rpc.method': method,
        'server.address': host,
        ...(status !== undefined && { 'http.response.status_code': status })
      }
      const span = begin(`${service}/${method}`, attributes, startedAt)
      if (span === undefined) return
      if (error !== undefined) failed(span, error)
      else if (status === undefined || status >= 400) failed(span, String(status ?? 0))
      span.end(endedAt)
    }
  })
}

// Spans of Redis commands, from the channel that node-redis publishes them on.

/** What node-redis says of a command. Its `args` hold keys and values: not touched here. */
interface Command {
  readonly command: string
  readonly serverAddress?: string
  readonly serverPort?: number
  error?: unknown
}

/** Answers how to stop. */
export function traceRedis(begin: BeginCall): () => void {
  const spans = new WeakMap<object, Span>()
  const subscribers: TracingChannelSubscribers<Command> = {
    start(message) {
      const { command, serverAddress, serverPort } = message as Command // as node-redis documents
      const span = begin(command, {
        'db.system.name': 'redis',
        'db.operation.name': command,
        ...(serverAddress !== undefined && { 'server.address': serverAddress }),
        ...(serverPort !== undefined && { 'server.port': serverPort })
      })
      if (span) spans.set(message, span)
    },
    error(message) {
      const span = spans.get(message)
      if (span) failed(span, typeOf(message.error))
    },
    asyncEnd: message => spans.get(message)?.end(),
    end: () => {},
    asyncStart: () => {}
  }
  const channel = tracingChannel<Command>('node-redis:command')
  channel.subscribe(subscribers)
  return () => void channel.unsubscribe(subscribers)
}

// Spans of calls to the API behind this service, from the channels of undici, which the proxy uses.

/** The part of undici's request that is read here. Path and headers are not: they hold what is the user's. */
interface UndiciRequest {
  readonly method: string
  readonly origin: string | URL
  /** Name, value, name, value. */
  readonly headers: unknown
  addHeader(name: string, value: string): void
}

interface Message {
  readonly request: UndiciRequest
  readonly response?: { readonly statusCode: number }
  readonly error?: unknown
}

/** Answers how to stop. */
export function traceUpstream(begin: BeginCall): () => void {
  const spans = new WeakMap<UndiciRequest, Span>()
  return listenOn<Message>({
    'undici:request:create'({ request }) {
      const { hostname, port, protocol } = new URL(request.origin)
      const span = begin(request.method, {
        'http.request.method': request.method,
        'server.address': hostname,
        'server.port': Number(port || (protocol === 'https:' ? 443 : 80))
      })
      if (span === undefined) return
      spans.set(request, span)
      continueTrace(request, span)
    },
    'undici:request:headers'({ request, response }) {
      const status = response?.statusCode ?? 0
      const span = spans.get(request)?.setAttribute('http.response.status_code', status)
      if (span && status >= 400) failed(span, String(status))
    },
    'undici:request:trailers': ({ request }) => spans.get(request)?.end(),
    'undici:request:error'({ request, error }) {
      const span = spans.get(request)
      if (span) failed(span, typeOf(error))
      span?.end()
    }
  })
}

/** The other side goes on from our span, not from that of our caller. */
function continueTrace(request: UndiciRequest, span: Span): void {
  const { traceId, spanId, traceFlags } = span.spanContext()
  const flags = traceFlags & TraceFlags.SAMPLED ? '01' : '00'
  const traceparent = `00-${traceId}-${spanId}-${flags}`
  const names = Array.isArray(request.headers) ? request.headers : []
  const at = names.findIndex((name, i) => i % 2 === 0 && /^traceparent$/i.test(String(name)))
  if (at === -1) request.addHeader('traceparent', traceparent)
  else names[at + 1] = traceparent
}
