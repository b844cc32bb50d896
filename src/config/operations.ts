/** What an operator sets beside the service proper: how it stops, when it sheds load, what it tells. */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import type { Complain, Environment } from './environment.ts'
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
  const name = 'OTEL_EXPORTER_OTLP_ENDPOINT'
  const url = parseUrl(name, endpoint, ['http:', 'https:'], complain)
  if (url && /\/v1\/traces\/?$/.test(url.pathname)) {
    complain(name, 'must be the base of all signals: leave out /v1/traces, which is added')
  }
  if (url && (url.search || url.hash)) complain(name, 'must have neither query nor fragment')
  return url && `${url.href.replace(/\/+$/, '')}/v1/traces`
}

// Which build this is: for the log, `/healthz` and a metric.

export interface Release {
  readonly version: string
  /** Commit of the sources; `unknown` where it is not set. */
  readonly commit: string
}

/** The project's folder, seen from the compiled file in dist/src/config. */
const root = new URL('../../../', import.meta.url)

/** @param revision `REVISION`, which the image sets; a working copy says its commit by itself. */
export function releaseOf(revision: string | undefined): Release {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  return { version: String(version), commit: revision ?? commitOf(root) ?? 'unknown' }
}

/** Reads what Git keeps in files, so that none has to be installed. */
function commitOf(folder: URL): string | undefined {
  const read = (path: string) => {
    const file = fileURLToPath(new URL(`.git/${path}`, folder))
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }
  try {
    const head = read('HEAD')?.trim() ?? ''
    const ref = /^ref: (\S+)$/.exec(head)?.[1]
    if (ref === undefined) return /^[0-9a-f]{40}$/.test(head) ? head : undefined
    const packed = read('packed-refs')?.match(new RegExp(`^([0-9a-f]{40}) ${ref}$`, 'm'))?.[1]
    return read(ref)?.trim() ?? packed
  } catch {
    // A worktree has a file in place of the folder, and the start does not need the commit.
    return undefined
  }
}
