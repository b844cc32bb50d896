/** Spans of calls to the API behind this service, from the channels of undici, which the proxy uses. */
import { type Span, TraceFlags } from '@opentelemetry/api'
import { listenOn } from './channels.ts'
import { type BeginCall, failed, typeOf } from './client-spans.ts'

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
