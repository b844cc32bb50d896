/** Counters of the security events that the log tells in full. */
import { Counter, type Registry } from 'prom-client'
import type { EventName, Report } from '../auth/events.ts'

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
