/** Sets up OpenTelemetry's SDK: spans are sent in batches, over HTTP, to one collector. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes
} from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  type SpanExporter
} from '@opentelemetry/sdk-trace-base'

import { proxyAgent } from '../egress/agent.ts'

export interface ProviderOptions {
  /** Endpoint for spans (OTLP over HTTP, JSON). */
  readonly url: string
  /** URL of the proxy for these requests. */
  readonly proxy?: string
  /** Called when exports start to fail, and with undefined when they succeed again. */
  onExport(error: Error | undefined): void
}

export interface Provider {
  readonly tracer: Tracer
  /** Sets the id of the next trace that starts here. */
  setNextTraceId(traceId: string): void
  /** Exports the remaining spans, but takes no longer than `stopTimeout`. */
  stop(): Promise<void>
}

/** The longest that an unreachable collector may delay the end of the process (ms). */
const stopTimeout = 2_000

/** The SDK itself reads OpenTelemetry's other variables: sampler, headers, batches, service name. */
export function startProvider(options: ProviderOptions): Provider {
  const ids = settableIds()
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'cognito-bff' }))
      .merge(detectResources({ detectors: [envDetector] })),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor(reportingExporter(options))]
  })
  return {
    tracer: provider.getTracer('cognito-bff'),
    setNextTraceId: ids.setNextTraceId,
    stop: async () => {
      // `onExport` has reported a last export that fails, and the app closes all the same.
      const exported = provider.shutdown().catch(() => undefined)
      await Promise.race([exported, sleep(stopTimeout, undefined, { ref: false })])
    }
  }
}

function settableIds(): IdGenerator & { setNextTraceId(traceId: string): void } {
  const random = new RandomIdGenerator()
  let nextTraceId: string | undefined
  return {
    setNextTraceId: traceId => {
      nextTraceId = traceId
    },
    generateTraceId() {
      const traceId = nextTraceId ?? random.generateTraceId()
      nextTraceId = undefined
      return traceId
    },
    generateSpanId: () => random.generateSpanId()
  }
}

/** Reports failures to `onExport`: the SDK's exporter does not log them. */
function reportingExporter({ url, proxy, onExport }: ProviderOptions): SpanExporter {
  const exporter = new OTLPTraceExporter({
    url,
    ...(proxy && { httpAgentOptions: () => proxyAgent(proxy, { keepAlive: true }) })
  })
  let isFailing = false
  return {
    export(spans, done) {
      exporter.export(spans, result => {
        const { error } = result
        if ((error !== undefined) !== isFailing) onExport(error)
        isFailing = error !== undefined
        done(result)
      })
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown()
  }
}
