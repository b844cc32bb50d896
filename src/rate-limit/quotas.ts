/**
 * What is allowed about a subject (an account, an email address, a phone number, a user): a limit over all client
 * networks, of which one network may use up a share. So no network blocks another, and guesses from many networks
 * stay bounded. A network from which the subject has proved who they are has a limit of its own. What is taken may
 * be given back.
 */
import { type CountingOptions, inTime } from './counters.ts'
import { localQuotas } from './local-quotas.ts'
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

// What a quota is, and what counts it.

export interface Quota {
  readonly name: string
  /** What counts in the end. Codes: calls that made Cognito send one. Failures: wrong passwords. */
  readonly counts: 'calls' | 'codes' | 'failures'
  /** From one network. */
  readonly share: number
  /** From one that is known for the subject. */
  readonly own: number
  /** From all networks together; those known for the subject are spared. */
  readonly total: number
  /** Length of the window, in ms. */
  readonly window: number
  /** The window ends so long after the last one taken, not after the first. */
  readonly slides?: boolean
}

export interface Claim {
  readonly subject: string
  readonly network: string
  readonly quotas: readonly Quota[]
}

export interface Decision {
  /** The first quota that is used up, where one is; then nothing has been taken. */
  readonly refusedBy: Quota | undefined
  /** What is left of each quota for this network, in the order of the claim. */
  readonly remaining: readonly number[]
  /** Until the window of each ends, in ms. Of the one that refused: until it allows another. */
  readonly resets: readonly number[]
}

/** `return` takes back one; `forget` all that was counted of the subject. */
export type Settlement = 'keep' | 'return' | 'forget'

/** Where it is counted: in Redis, or in this process. */
export interface QuotaCounters {
  take(claim: Claim): Promise<Decision>
  settle(claim: Claim, settlements: readonly Settlement[]): Promise<void>
  remember(subject: string, network: string): Promise<void>
}

/** As long as a network is known for a subject, in ms, and how many are at the most. */
export const knownFor = 30 * 86_400_000
export const mostKnown = 8
