/** All instruments of the service, and what turns them. Loaded only where metrics are on. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { EventName, Measure, Report } from '../auth/events.ts'
import { buckets } from './buckets.ts'
import { eventCounters } from './events.ts'
import { refreshInstruments } from './refresh.ts'
import { type StorageFigures, storageInstruments } from './storage.ts'
import type { Observe } from './timed.ts'

/** One answer, as it goes into the figures. */
export interface Served {
  readonly method: string
  /** The pattern of the route, never the path: paths would make a series each. */
  readonly route: string
  readonly status: number
  /** In ms. */
  readonly duration: number
  /** The code of the catalogue that it was refused with. */
  readonly code?: string | undefined
}

export interface Metrics {
  requestBegun(): void
  requestOver(served: Served): void
  /** Counts a security event; the log has the whole of it. */
  readonly event: Report
  readonly measure: Measure
  readonly store: Observe
  readonly cognito: Observe
  readonly storage: StorageFigures
  /** Everything, in Prometheus' text format. */
  render(): Promise<string>
  readonly contentType: string
}

/** Which build this is. */
export interface Build {
  readonly version: string
  readonly commit: string
}

export function createMetrics(
  { version, commit }: Build,
  eventNames: readonly EventName[]
): Metrics {
  const registry = new Registry()
  new Gauge({
    name: 'bff_build_info',
    help: 'Always 1; its labels say which build this is.',
    labelNames: ['version', 'commit'],
    registers: [registry]
  }).set({ version, commit }, 1)
  collectDefaultMetrics({ register: registry })
  const { requests, inFlight, problems } = httpInstruments(registry)
  const store = timing(registry, 'bff_store_duration_seconds', 'Calls of the session store.')
  const cognito = timing(registry, 'bff_cognito_duration_seconds', 'Calls of the Cognito service.')
  return {
    requestBegun: () => inFlight.inc(),
    requestOver({ method, route, status, duration, code }) {
      inFlight.dec()
      requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, duration / 1000)
      if (code !== undefined) problems.inc({ code })
    },
    event: eventCounters(registry, eventNames),
    measure: refreshInstruments(registry),
    store,
    cognito,
    storage: storageInstruments(registry),
    render: () => registry.metrics(),
    contentType: registry.contentType
  }
}

/** Rate, errors and duration of requests (RED); a caller who hung up counts as 4xx. */
function httpInstruments(registry: Registry) {
  const registers = [registry]
  return {
    requests: new Histogram({
      name: 'bff_http_request_duration_seconds',
      help: 'Requests, by method, route pattern and class of status.',
      labelNames: ['method', 'route', 'status'],
      buckets,
      registers
    }),
    inFlight: new Gauge({
      name: 'bff_http_requests_in_flight',
      help: 'Requests being answered.',
      registers
    }),
    problems: new Counter({
      name: 'bff_http_problems_total',
      help: 'Refusals and failures, by their code.',
      labelNames: ['code'],
      registers
    })
  }
}

function timing(registry: Registry, name: string, help: string): Observe {
  const labelNames = ['operation', 'outcome']
  const histogram = new Histogram({ name, help, labelNames, buckets, registers: [registry] })
  return (operation, outcome, ms) => histogram.observe({ operation, outcome }, ms / 1000)
}
