/**
 * What is allowed about a subject (an account, an email address, a phone number, a user): a limit over all client
 * networks, of which one network may use up a share. So no network blocks another, and guesses from many networks
 * stay bounded. A network from which the subject has proved who they are has a limit of its own. What is taken may
 * be given back.
 */
import type { CountingOptions } from './counting.ts'
import { inTime } from './in-time.ts'
import { localQuotas } from './local-quotas.ts'
import type { Claim, Decision, Quota, QuotaCounters, Settlement } from './quota.ts'
import { redisQuotas } from './redis-quotas.ts'

export interface Taken extends Decision {
  /** Once, with what becomes of each quota of the claim. Never fails: what cannot be given back stays taken. */
  settle(settlementOf: (quota: Quota) => Settlement): Promise<void>
}

/** Never fails: where Redis does not answer, this process counts for itself. */
export interface Quotas {
  take(claim: Claim): Promise<Taken>
  /** The subject has proved who they are from this network. */
  remember(subject: string, network: string): Promise<void>
}

/** `deadline` is 500 ms unless told: what is limited here costs more than a little patience. */
export interface QuotasOptions extends CountingOptions {
  /** Each decision that Redis had no part in. */
  readonly onFallback?: (error: unknown) => void
}

export function createQuotas(options: QuotasOptions): Quotas {
  const { redis, deadline = 500, clock = Date.now, onFallback } = options
  const here = localQuotas(clock)
  const there = redis && redisQuotas({ ...options, redis })
  const failed = (error: unknown) => onFallback?.(error)

  async function decide(claim: Claim): Promise<{ counters: QuotaCounters; decision: Decision }> {
    try {
      if (there) return { counters: there, decision: await inTime(there.take(claim), deadline) }
    } catch (error) {
      failed(error)
    }
    return { counters: here, decision: await here.take(claim) }
  }

  return {
    async take(claim) {
      const { counters, decision } = await decide(claim)
      return {
        ...decision,
        async settle(settlementOf) {
          const settlements = claim.quotas.map(settlementOf)
          if (decision.refusedBy || settlements.every(is => is === 'keep')) return
          await inTime(counters.settle(claim, settlements), deadline).catch(failed)
        }
      }
    },
    async remember(subject, network) {
      // Here as well: Redis may be gone by the time it matters.
      await here.remember(subject, network)
      if (there) await inTime(there.remember(subject, network), deadline).catch(failed)
    }
  }
}
