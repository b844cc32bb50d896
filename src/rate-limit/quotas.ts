/**
 * Quotas limit the calls about a subject (an account, an email, a phone number, a user) over all client networks,
 * and what a single network may use of them. So no network locks out the others, and guesses from many networks stay
 * limited. A network from which the subject has proved their identity is known, and has a limit of its own. A
 * reservation can be refunded.
 */
import { withinDeadline } from '../redis/deadline.ts'
import type { SharedCounterOptions } from './counters.ts'
import { localQuotas } from './local-quotas.ts'
import type {
  Quota,
  QuotaCounters,
  QuotaDecision,
  QuotaRequest,
  Settlement
} from './quota-definitions.ts'
import { redisQuotas } from './redis-quotas.ts'

export interface QuotaReservation extends QuotaDecision {
  /** To be called once, with the settlement of each quota. Never fails: without Redis, nothing is refunded. */
  settle(settlementOf: (quota: Quota) => Settlement): Promise<void>
}

/** Never fails: while Redis does not reply, this process counts alone. */
export interface Quotas {
  reserve(request: QuotaRequest): Promise<QuotaReservation>
  /** The subject has proved their identity from this network. */
  addKnownNetwork(subject: string, network: string): Promise<void>
}

/** `deadline` is 500 ms by default: the calls that quotas limit take longer than that at Cognito. */
export interface QuotasOptions extends SharedCounterOptions {
  /** Called for each decision made without Redis. */
  readonly onFallback?: (error: unknown) => void
}

export function createQuotas(options: QuotasOptions): Quotas {
  const { redis, deadline = 500, clock = Date.now, onFallback } = options
  const local = localQuotas(clock)
  const shared = redis && redisQuotas({ ...options, redis })
  const reportFallback = (error: unknown) => onFallback?.(error)

  async function decide(
    request: QuotaRequest
  ): Promise<{ counters: QuotaCounters; decision: QuotaDecision }> {
    try {
      if (shared) {
        const decision = await withinDeadline(shared.reserve(request), deadline)
        return { counters: shared, decision }
      }
    } catch (error) {
      reportFallback(error)
    }
    return { counters: local, decision: await local.reserve(request) }
  }

  return {
    async reserve(request) {
      const { counters, decision } = await decide(request)
      return {
        ...decision,
        async settle(settlementOf) {
          const settlements = request.quotas.map(settlementOf)
          if (decision.refusedBy || settlements.every(settlement => settlement === 'keep')) return
          await withinDeadline(counters.settle(request, settlements), deadline).catch(
            reportFallback
          )
        }
      }
    },
    async addKnownNetwork(subject, network) {
      // Always in this process, too: Redis may be away at the next call.
      await local.addKnownNetwork(subject, network)
      if (!shared) return
      await withinDeadline(shared.addKnownNetwork(subject, network), deadline).catch(reportFallback)
    }
  }
}
