/** All instruments of the service, and what turns them. Loaded only where metrics are on. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { EventName, Measure, Report } from '../auth/events.ts'
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

/** Bounds of all histograms, in seconds: from a quick Redis to a Cognito in trouble. */
export const buckets = [
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10]
]

// Counters of the security events that the log tells in full.

/**
 * Reasons become labels: they are words of this program (a code of the catalogue, a row of the exception
 * table, a group of limits), so that there are few of them, and none is a client's.
 */
export function eventCounters(registry: Registry, names: readonly EventName[]): Report {
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers: [registry] })

  const events = counter('bff_events_total', 'Security events, by the name in the log.', 'event')
  // There from the start, at 0, so that the first one is a rise: deploy/alerts.yml looks for them.
  for (const event of names) events.inc({ event }, 0)
  const logins = counter('bff_logins_total', 'Logins, by outcome.', 'outcome')
  const ended = counter('bff_sessions_ended_total', 'Sessions ended by Cognito.', 'reason')
  const reused = counter('bff_refresh_reuse_total', 'Refresh tokens that Cognito has seen twice.')
  const crossSite = counter('bff_csrf_rejections_total', 'Calls refused as cross-site.', 'reason')
  const limited = counter('bff_rate_limited_total', 'Calls over a limit, by limit.', 'limit')

  return (event, { reason = 'none', code = reason }) => {
    events.inc({ event })
    if (event === 'login.succeeded') logins.inc({ outcome: 'succeeded' })
    else if (event === 'login.failed') logins.inc({ outcome: code })
    else if (event === 'session.ended') ended.inc({ reason })
    else if (event === 'refresh.reused') reused.inc()
    else if (event === 'csrf.rejected') crossSite.inc({ reason })
    else if (event === 'rate_limit.exceeded') limited.inc({ limit: reason })
  }
}

// Figures of the transparent refresh: how often it is made, how often it is spared, who waits for it.

export function refreshInstruments(registry: Registry): Measure {
  const registers = [registry]
  const exchanges = new Histogram({
    name: 'bff_refresh_duration_seconds',
    help: 'Calls of Cognito for new tokens, by outcome.',
    labelNames: ['outcome'],
    buckets,
    registers
  })
  const waits = new Histogram({
    name: 'bff_refresh_lease_wait_seconds',
    help: 'How long requests have waited for a refresh by another process.',
    buckets,
    registers
  })
  const shared = new Counter({
    name: 'bff_refresh_shared_total',
    help: 'Requests served by a refresh that another request of this process had begun.',
    registers
  })
  return figure => {
    if (figure.name === 'shared') shared.inc()
    else if (figure.name === 'lease_wait') waits.observe(figure.ms / 1000)
    else exchanges.observe({ outcome: figure.outcome }, figure.ms / 1000)
  }
}

// Whether Redis is there, and what was found in it that does not open.

export interface StorageFigures {
  redisIsDown(isDown: boolean): void
  /** `sentinel` is `host:port` as configured. */
  sentinelIsSilent(sentinel: string, isSilent: boolean): void
  unreadable(reason: string): void
  /** A cookie of the right form came, and opened nothing. */
  sessionUnknown(): void
}

/** All from the start, at 0: what appears with its first count has not risen, as Prometheus sees it. */
const reasons = ['unknown_key', 'unknown_format', 'tampered']

export function storageInstruments(registry: Registry): StorageFigures {
  const registers = [registry]
  const down = new Gauge({
    name: 'bff_redis_down',
    help: '1 while Redis does not answer this process; 0 with the embedded store, too.',
    registers
  })
  const silent = new Gauge({
    name: 'bff_redis_sentinel_silent',
    help: '1 while this sentinel does not answer, or is of no use.',
    labelNames: ['sentinel'],
    registers
  })
  const unreadable = new Counter({
    name: 'bff_sessions_unreadable_total',
    help: 'Records in the session store that did not open, by reason.',
    labelNames: ['reason'],
    registers
  })
  const unknown = new Counter({
    name: 'bff_sessions_unknown_total',
    help: 'Requests whose cookie opened no session: it is over, or the store has lost it.',
    registers
  })
  for (const reason of reasons) unreadable.inc({ reason }, 0)
  return {
    redisIsDown: isDown => down.set(Number(isDown)),
    sentinelIsSilent: (sentinel, isSilent) => silent.set({ sentinel }, Number(isSilent)),
    unreadable: reason => unreadable.inc({ reason }),
    sessionUnknown: () => unknown.inc()
  }
}
