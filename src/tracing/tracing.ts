/** Traces: a span for every request, and below it one for every call it makes. Loaded only where wanted. */
import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace
} from '@opentelemetry/api'
import { childSpans, traceCognito, traceRedis, traceUpstream } from './client-spans.ts'
import { type ProviderOptions, startProvider } from './provider.ts'

export interface TracingOptions extends ProviderOptions {
  /** The span of the request that is being worked for. */
  active(): Span | undefined
}

export interface Arrived {
  readonly method: string
  /** The pattern: paths and queries hold what is the user's. */
  readonly route: string | undefined
  /** The trace that the log calls this request's. */
  readonly traceId: string
  /** The caller's span, where there is one. */
  readonly caller: { readonly spanId: string; readonly flags: number } | undefined
}

export interface Tracing {
  begin(request: Arrived): Span
  /** `code` of the catalogue, where the request was refused. */
  end(span: Span, status: number, code: string | undefined): void
  stop(): Promise<void>
}

/**
 * Nothing is patched: node-redis, Node's HTTP client and undici publish what they do on diagnostics
 * channels, which work whatever the module system and the order of imports.
 */
export function startTracing(options: TracingOptions): Tracing {
  const provider = startProvider(options)
  const begin = childSpans(provider.tracer, options.active)
  const stops = [traceRedis(begin), traceCognito(begin), traceUpstream(begin)]
  return {
    begin({ method, route, traceId, caller }) {
      const name = route === undefined ? method : `${method} ${route}`
      const attributes = {
        'http.request.method': method,
        ...(route !== undefined && { 'http.route': route })
      }
      const parent = caller && remote({ traceId, spanId: caller.spanId, traceFlags: caller.flags })
      if (parent === undefined) provider.nextTrace(traceId)
      return provider.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
    },
    end(span, status, code) {
      span.setAttribute('http.response.status_code', status)
      if (code !== undefined) span.setAttribute('error.type', code)
      // A refusal is the caller's mistake, not a failure of this span (HTTP semantic conventions).
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
    async stop() {
      for (const stop of stops) stop()
      await provider.stop()
    }
  }
}

const remote = (context: SpanContext) =>
  trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: true })
