/** Figures of the transparent refresh: how often it is made, how often it is spared, who waits for it. */
import { Counter, Histogram, type Registry } from 'prom-client'
import type { Measure } from '../auth/events.ts'
import { buckets } from './buckets.ts'

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
