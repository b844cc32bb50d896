/** Traces: a span for each request, with a child span for each call it makes. Loaded only where traces are on. */
import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace
} from '@opentelemetry/api'
import { childSpanStarter, traceCognito, traceRedis, traceUpstream } from './client-spans.ts'
import { type ProviderOptions, startProvider } from './provider.ts'

export interface TracingOptions extends ProviderOptions {
  /** The span of the request that the present code runs for. */
  activeSpan(): Span | undefined
}

/** What a span shows of a request. */
export interface TracedRequest {
  readonly method: string
  /** The pattern of the route: paths and queries hold personal data. */
  readonly route: string | undefined
  /** The trace id that the log shows for this request. */
  readonly traceId: string
  /** The span of the client, from its `traceparent`. */
  readonly parent: { readonly spanId: string; readonly flags: number } | undefined
}

export interface Tracing {
  startSpan(request: TracedRequest): Span
  /** `code` is the error code of the response. */
  endSpan(span: Span, status: number, code: string | undefined): void
  stop(): Promise<void>
}

/**
 * No module is patched: node-redis, Node's HTTP client and undici publish their calls on diagnostics
 * channels, which work with every module system and order of imports.
 */
export function startTracing(options: TracingOptions): Tracing {
  const provider = startProvider(options)
  const startChild = childSpanStarter(provider.tracer, options.activeSpan)
  const unsubscribes = [traceRedis(startChild), traceCognito(startChild), traceUpstream(startChild)]
  return {
    startSpan({ method, route, traceId, parent: remoteParent }) {
      const name = route === undefined ? method : `${method} ${route}`
      const attributes = {
        'http.request.method': method,
        ...(route !== undefined && { 'http.route': route })
      }
      const parent =
        remoteParent &&
        remoteContext({ traceId, spanId: remoteParent.spanId, traceFlags: remoteParent.flags })
      if (parent === undefined) provider.setNextTraceId(traceId)
      return provider.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
    },
    endSpan(span, status, code) {
      span.setAttribute('http.response.status_code', status)
      if (code !== undefined) span.setAttribute('error.type', code)
      // A 4xx is an error of the client, not of this span (HTTP semantic conventions).
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
    async stop() {
      for (const unsubscribe of unsubscribes) unsubscribe()
      await provider.stop()
    }
  }
}

const remoteContext = (context: SpanContext) =>
  trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: true })
