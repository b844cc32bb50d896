/** What an operator sets beside the service proper: how it stops, when it sheds load, what it tells. */
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import type { Environment } from './environment.ts'
import type { Complain } from './read.ts'
import { parseUrl } from './rules.ts'

/** Above these the service answers 503 instead of slowing down; 0 switches one off. */
export interface PressureLimits {
  /** Mean delay of the event loop over a second, in ms. */
  readonly eventLoopDelay: number
  /** Share of V8's heap limit that is in use, in percent. */
  readonly heapPercent: number
  /** Resident memory of the process, in MiB. */
  readonly rssMegabytes: number
}

export interface Operations {
  /** How long requests are still taken after SIGTERM, while `/readyz` already says 503, in ms. */
  readonly drainFor: number
  readonly pressure: PressureLimits
  /** Undefined: no metrics. */
  readonly metricsPort: number | undefined
  /** Where spans are sent (OTLP over HTTP, path included). Undefined: no traces. */
  readonly tracesUrl: string | undefined
  /** URL of the proxy that they are sent by. */
  readonly tracesProxy: string | undefined
}

/** @param balanced whether other instances may stand beside this one, behind a balancer that has to notice */
export function operationsOf(
  env: Environment,
  balanced: boolean,
  proxies: ProxyRules,
  complain: Complain
): Operations {
  const tracesUrl = tracesUrlOf(env.OTEL_EXPORTER_OTLP_ENDPOINT, complain)
  if (env.METRICS_PORT !== undefined && env.METRICS_PORT !== 0 && env.METRICS_PORT === env.PORT) {
    complain('METRICS_PORT', 'must differ from PORT: metrics are not for the public')
  }
  return {
    drainFor: (env.DRAIN_SECONDS ?? (balanced ? 2 : 0)) * 1000,
    pressure: {
      eventLoopDelay: env.PRESSURE_EVENT_LOOP_MS,
      heapPercent: env.PRESSURE_HEAP_PERCENT,
      rssMegabytes: env.PRESSURE_RSS_MB
    },
    metricsPort: env.METRICS_PORT,
    tracesUrl,
    tracesProxy: tracesUrl && proxyFor(tracesUrl, proxies)
  }
}

/** The variable names the base of all signals; traces have their own path below it (OTLP exporter spec). */
function tracesUrlOf(endpoint: string | undefined, complain: Complain): string | undefined {
  if (endpoint === undefined) return undefined
  const url = parseUrl('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint, ['http:', 'https:'], complain)
  return url && `${url.href.replace(/\/+$/, '')}/v1/traces`
}
