/** Quotas counted in this process alone. */

import { WindowCounters } from './counters.ts'
import { knownNetworkTtl, type Quota, type QuotaCounters } from './quota-definitions.ts'

export function localQuotas(clock: () => number): QuotaCounters {
  const counters = new WindowCounters(clock)
  const knownNetworks = new WindowCounters(clock)

  function increment(key: string, { window, isSliding }: Quota): void {
    if (isSliding) counters.restart(key, window, counters.read(key).current + 1)
    else counters.increment(key, window)
  }

  return {
    async reserve({ subject, network, quotas }) {
      const isKnown = knownNetworks.read(`${subject} ${network}`).current > 0
      const states = quotas.map(quota => {
        const [ofNetwork, ofAll] = keysOf(subject, network, quota).map(key => counters.read(key))
        const max = isKnown ? quota.perKnownNetwork : quota.perNetwork
        const remaining = max - (ofNetwork?.current ?? 0)
        const isTotalReached = !isKnown && (ofAll?.current ?? 0) >= quota.total
        const exceeded = remaining <= 0 ? ofNetwork : isTotalReached ? ofAll : undefined
        return { remaining, reset: ofNetwork?.ttl || quota.window, retryAfter: exceeded?.ttl }
      })
      const refusing = states.findIndex(({ retryAfter }) => retryAfter !== undefined)
      const isAllowed = refusing < 0
      if (isAllowed)
        for (const quota of quotas)
          for (const key of keysOf(subject, network, quota)) increment(key, quota)
      return {
        refusedBy: quotas[refusing],
        remaining: states.map(({ remaining }) => Math.max(0, remaining - (isAllowed ? 1 : 0))),
        resets: states.map(({ reset, retryAfter }) => retryAfter ?? reset)
      }
    },
    async settle({ subject, network, quotas }, settlements) {
      for (const [i, quota] of quotas.entries()) {
        for (const key of keysOf(subject, network, quota)) {
          if (settlements[i] === 'refund') counters.decrement(key)
          if (settlements[i] === 'reset') counters.delete(key)
        }
      }
    },
    async addKnownNetwork(subject, network) {
      knownNetworks.restart(`${subject} ${network}`, knownNetworkTtl)
    }
  }
}

/** Of the counter of this network, and of the counter of all networks. */
const keysOf = (subject: string, network: string, { name }: Quota) => [
  `${name} ${subject} ${network}`,
  `${name} ${subject}`
]
