/** All metrics of the service. Loaded only where metrics are on. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { EventName, RecordRefreshMetric, ReportEvent } from '../auth/events.ts'
import type { RecordCall } from './timed.ts'

/** A request after its response. */
export interface CompletedRequest {
  readonly method: string
  /** The pattern of the route, never the path: each path would be a series of its own. */
  readonly route: string
  readonly status: number
  /** In ms. */
  readonly duration: number
  /** The error code of the response; undefined for a success. */
  readonly code?: string | undefined
}

export interface Metrics {
  requestStarted(): void
  requestCompleted(request: CompletedRequest): void
  /** Counts a security event; the log has all its fields. */
  readonly event: ReportEvent
  readonly measure: RecordRefreshMetric
  readonly store: RecordCall
  readonly cognito: RecordCall
  readonly storage: StorageMetrics
  /** All metrics, in Prometheus' text format. */
  render(): Promise<string>
  readonly contentType: string
}

/** The build that runs, for a metric. */
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
  const { requests, inFlight, problems } = httpMetrics(registry)
  const store = callDurations(registry, 'bff_store_duration_seconds', 'Calls of the session store.')
  const cognito = callDurations(
    registry,
    'bff_cognito_duration_seconds',
    'Calls of the Cognito service.'
  )
  return {
    requestStarted: () => inFlight.inc(),
    requestCompleted({ method, route, status, duration, code }) {
      inFlight.dec()
      requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, duration / 1000)
      if (code !== undefined) problems.inc({ code })
    },
    event: eventCounters(registry, eventNames),
    measure: refreshMetrics(registry),
    store,
    cognito,
    storage: storageMetrics(registry),
    render: () => registry.metrics(),
    contentType: registry.contentType
  }
}

/** Rate, errors and duration of requests (RED); a request that the client aborted counts as 4xx. */
function httpMetrics(registry: Registry) {
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

function callDurations(registry: Registry, name: string, help: string): RecordCall {
  const labelNames = ['operation', 'outcome']
  const histogram = new Histogram({ name, help, labelNames, buckets, registers: [registry] })
  return (operation, outcome, ms) => histogram.observe({ operation, outcome }, ms / 1000)
}

/** Bounds of all histograms, in seconds: from a quick Redis to a Cognito in trouble. */
export const buckets = [
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10]
]

/**
 * Counts security events. Reasons become labels: they are constants of this program (an error code, a row of the
 * exception table, a group of limits), so that there are few of them, and a client cannot add any.
 */
export function eventCounters(registry: Registry, names: readonly EventName[]): ReportEvent {
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers: [registry] })

  const events = counter('bff_events_total', 'Security events, by the name in the log.', 'event')
  // At 0 from the start: Prometheus sees a rise only from an earlier value, and deploy/alerts.yml relies on it.
  for (const event of names) events.inc({ event }, 0)
  const logins = counter('bff_logins_total', 'Logins, by outcome.', 'outcome')
  const ended = counter('bff_sessions_ended_total', 'Sessions ended by Cognito.', 'reason')
  const reused = counter('bff_refresh_reuse_total', 'Refresh tokens that Cognito has seen twice.')
  const csrfRejections = counter(
    'bff_csrf_rejections_total',
    'Calls refused as cross-site.',
    'reason'
  )
  const limited = counter('bff_rate_limited_total', 'Calls over a limit, by limit.', 'limit')

  return (event, { reason = 'none', code = reason }) => {
    events.inc({ event })
    if (event === 'login.succeeded') logins.inc({ outcome: 'succeeded' })
    else if (event === 'login.failed') logins.inc({ outcome: code })
    else if (event === 'session.ended') ended.inc({ reason })
    else if (event === 'refresh.reused') reused.inc()
    else if (event === 'csrf.rejected') csrfRejections.inc({ reason })
    else if (event === 'rate_limit.exceeded') limited.inc({ limit: reason })
  }
}

/** Records the transparent refresh: its calls to Cognito, requests that share one, and waits for another process. */
export function refreshMetrics(registry: Registry): RecordRefreshMetric {
  const registers = [registry]
  const refreshes = new Histogram({
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
    else refreshes.observe({ outcome: figure.outcome }, figure.ms / 1000)
  }
}

/** Whether Redis can be reached, and sessions that could not be read from it. */
export interface StorageMetrics {
  redisIsDown(isDown: boolean): void
  /** `sentinel` is `host:port` as configured. */
  sentinelIsSilent(sentinel: string, isSilent: boolean): void
  /** A record of the session store could not be decrypted or decoded. */
  unreadable(reason: string): void
  /** A request had a well-formed session cookie, but there is no such session. */
  sessionUnknown(): void
}

/** The reasons of `unreadable`: at 0 from the start, because Prometheus sees a rise only from an earlier value. */
const unreadableReasons = ['unknown_key', 'unknown_format', 'tampered']

export function storageMetrics(registry: Registry): StorageMetrics {
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
  for (const reason of unreadableReasons) unreadable.inc({ reason }, 0)
  return {
    redisIsDown: isDown => down.set(Number(isDown)),
    sentinelIsSilent: (sentinel, isSilent) => silent.set({ sentinel }, Number(isSilent)),
    unreadable: reason => unreadable.inc({ reason }),
    sessionUnknown: () => unknown.inc()
  }
}
