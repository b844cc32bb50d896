/** Whether Redis is there, and what was found in it that does not open. */
import { Counter, Gauge, type Registry } from 'prom-client'

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
