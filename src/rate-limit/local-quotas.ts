/** Quotas counted in this process alone. */

import { WindowCounters } from './counters.ts'
import { knownFor, type Quota, type QuotaCounters } from './quotas.ts'

export function localQuotas(clock: () => number): QuotaCounters {
  const counters = new WindowCounters(clock)
  const known = new WindowCounters(clock)

  function add(key: string, { window, slides }: Quota): void {
    if (slides) counters.restart(key, window, counters.read(key).current + 1)
    else counters.increment(key, window)
  }

  return {
    async take({ subject, network, quotas }) {
      const isKnown = known.read(`${subject} ${network}`).current > 0
      const looks = quotas.map(quota => {
        const [one, all] = keysOf(subject, network, quota).map(key => counters.read(key))
        const left = (isKnown ? quota.own : quota.share) - (one?.current ?? 0)
        const over = left <= 0 ? one : undefined
        const overAll = !isKnown && (all?.current ?? 0) >= quota.total ? all : undefined
        return { left, reset: one?.ttl || quota.window, wait: (over ?? overAll)?.ttl }
      })
      const refused = looks.findIndex(({ wait }) => wait !== undefined)
      const isAllowed = refused < 0
      if (isAllowed)
        for (const quota of quotas)
          for (const key of keysOf(subject, network, quota)) add(key, quota)
      return {
        refusedBy: quotas[refused],
        remaining: looks.map(({ left }) => Math.max(0, left - (isAllowed ? 1 : 0))),
        resets: looks.map(({ reset, wait }) => wait ?? reset)
      }
    },
    async settle({ subject, network, quotas }, settlements) {
      for (const [i, quota] of quotas.entries()) {
        for (const key of keysOf(subject, network, quota)) {
          if (settlements[i] === 'return') counters.decrement(key)
          if (settlements[i] === 'forget') counters.forget(key)
        }
      }
    },
    async remember(subject, network) {
      known.restart(`${subject} ${network}`, knownFor)
    }
  }
}

const keysOf = (subject: string, network: string, { name }: Quota) => [
  `${name} ${subject} ${network}`,
  `${name} ${subject}`
]
