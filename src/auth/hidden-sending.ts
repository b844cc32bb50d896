/** Sending codes where it is hidden which accounts exist: one answer, at one time, whatever becomes of the code. */
import type { Delivery, ErrorCode } from '../errors.ts'
import type { Caller } from './caller.ts'
import type { Report } from './events.ts'
import { maskEmail } from './mask.ts'
import { createPace } from './pace.ts'
import { deliveryOf, type PoolBehaviour } from './pool-behaviour.ts'
import { isCode, isTrigger } from './refusals.ts'
import { isUndelivered } from './undelivered.ts'

export interface HiddenSendingOptions {
  readonly behaviour: PoolBehaviour
  readonly report: Report
  readonly question: 'resend' | 'recovery'
  /** What Cognito says where it sends nothing, and callers are not to learn. */
  readonly hidden: readonly ErrorCode[]
}

export type SendHidden = (
  email: string,
  send: () => Promise<Delivery | undefined>,
  by: Caller | undefined
) => Promise<Delivery>

/** Throws what concerns every email alike, such as an outage. */
export function createHiddenSending(options: HiddenSendingOptions): SendHidden {
  const { behaviour, report, question, hidden } = options
  const pace = createPace()

  async function told(email: string, seen: Delivery | undefined): Promise<Delivery> {
    // A code by email may be one that Cognito only pretends to send.
    const outcome = await behaviour.outcome(question, seen?.medium === 'SMS' ? 'SMS' : undefined)
    return deliveryOf(outcome, email) ?? { medium: 'EMAIL', destination: maskEmail(email) }
  }

  return async (email, send, by) => {
    const startedAt = performance.now()
    try {
      return await pace.real(async () => told(email, await send()))
    } catch (error) {
      // Triggers and deliveries fail for those alone to whom a code would be sent.
      if (isTrigger(error)) report('trigger.failed', { reason: question, error, by })
      else if (isUndelivered(error)) report('delivery.failed', { reason: question, error, by })
      else if (!isCode(error, ...hidden)) throw error
      const delivery = await told(email, undefined)
      await pace.simulated(startedAt)
      return delivery
    }
  }
}
