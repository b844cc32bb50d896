/** OpenTelemetry's SDK as this service uses it: spans in batches, over HTTP, to one collector. */
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
  /** Where spans are posted (OTLP over HTTP, JSON). */
  readonly url: string
  /** URL of the proxy that they are sent by. */
  readonly proxy?: string
  /** Told when deliveries begin to fail, and with undefined when they succeed again. */
  onDelivery(error: Error | undefined): void
}

export interface Provider {
  readonly tracer: Tracer
  /** Makes the next trace that begins here one of this id. */
  nextTrace(traceId: string): void
  /** Delivers what is left, but not for longer than a stopping process has time. */
  stop(): Promise<void>
}

/** What a collector that is away may cost a process that wants to end (ms). */
const stopWithin = 2_000

/** The SDK itself reads the other variables of OpenTelemetry: sampler, headers, batches, service name. */
export function startProvider(options: ProviderOptions): Provider {
  const ids = chosenIds()
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'cognito-bff' }))
      .merge(detectResources({ detectors: [envDetector] })),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor(watched(options))]
  })
  return {
    tracer: provider.getTracer('cognito-bff'),
    nextTrace: ids.choose,
    stop: async () => {
      // A last delivery that fails has been told of, and is no reason for the app not to close.
      const delivered = provider.shutdown().catch(() => undefined)
      await Promise.race([delivered, sleep(stopWithin, undefined, { ref: false })])
    }
  }
}

function chosenIds(): IdGenerator & { choose(traceId: string): void } {
  const random = new RandomIdGenerator()
  let chosen: string | undefined
  return {
    choose: traceId => {
      chosen = traceId
    },
    generateTraceId() {
      const traceId = chosen ?? random.generateTraceId()
      chosen = undefined
      return traceId
    },
    generateSpanId: () => random.generateSpanId()
  }
}

/** The exporter keeps its failures to itself. */
function watched({ url, proxy, onDelivery }: ProviderOptions): SpanExporter {
  const exporter = new OTLPTraceExporter({
    url,
    ...(proxy && { httpAgentOptions: () => proxyAgent(proxy, { keepAlive: true }) })
  })
  let isFailing = false
  return {
    export(spans, done) {
      exporter.export(spans, result => {
        const { error } = result
        if ((error !== undefined) !== isFailing) onDelivery(error)
        isFailing = error !== undefined
        done(result)
      })
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown()
  }
}
