/** Spans of what is called on behalf of a request, below the span of that request. */
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
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
