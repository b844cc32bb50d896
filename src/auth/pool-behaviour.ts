/**
 * What the service reports of a sign-up or a sent code under enumeration protection: what this pool usually does,
 * whether or not the account exists. A pool may confirm accounts automatically, send no code, or send it by SMS, and
 * no public operation returns its settings. So the service learns them from Cognito's responses, and reports the
 * learned outcome in every response, real or simulated.
 */
import type { Delivery } from '../errors.ts'
import { emailDelivery, maskPhone } from './delivery.ts'
import type { Clock } from './identity-provider.ts'

/** The medium of the code; `none` where the pool sends none, `confirmed` where it confirms sign-ups automatically. */
export type PoolOutcome = Delivery['medium'] | 'none' | 'confirmed'

/** Operations whose outcomes are learned, each for itself. */
export type PoolAction = 'sign_up' | 'sign_up_with_phone' | 'resend' | 'recovery'

/** The reported outcome, and another one that was observed since. Stored: field names must stay. Instants in ms. */
export interface LearnedOutcome {
  /** What is reported. */
  readonly told: PoolOutcome
  /** When it was last reported to a client who may compare it with another response. */
  readonly comparedAt: number
  /** What was observed instead. */
  readonly seen?: PoolOutcome
  /** When it was first observed. */
  readonly seenAt?: number
}

/** Shared by all instances. Never fails: without the store, this process uses what it has learned itself. */
export interface BehaviourMemory {
  load(action: PoolAction): Promise<LearnedOutcome | undefined>
  save(action: PoolAction, learned: LearnedOutcome): Promise<void>
}

export interface PoolBehaviour {
  /** @param seen what the pool did; undefined where it did nothing, or may only have pretended to. */
  outcomeToReport(action: PoolAction, seen: PoolOutcome | undefined): Promise<PoolOutcome>
}

/** How long (ms) an outcome is still reported after a client may have compared it with another response. */
const keptFor = 600_000

export function createPoolBehaviour(memory: BehaviourMemory, clock: Clock): PoolBehaviour {
  return {
    async outcomeToReport(action, seen) {
      const before = await memory.load(action)
      const next = learn(before, { action, seen, now: clock() })
      if (seen || next !== before) await memory.save(action, next)
      return next.told
    }
  }
}

interface Observation {
  readonly action: PoolAction
  readonly seen: PoolOutcome | undefined
  readonly now: number
}

/**
 * A new outcome is reported at once, unless the old one was lately reported of an account that may not exist: that
 * client would see the next real response differ. Then the new one is reported ten minutes after it was first observed.
 */
export function learn(
  before: LearnedOutcome | undefined,
  { action, seen, now }: Observation
): LearnedOutcome {
  const known = before ?? { told: 'EMAIL', comparedAt: 0 }
  // A client cannot know whether a requested code was sent, so it may compare each such response.
  const isCompared = !seen || action === 'resend' || action === 'recovery'
  const comparedAt = isCompared ? now : known.comparedAt
  if (!seen) return { ...known, comparedAt }
  if (seen === known.told) return { told: seen, comparedAt }
  const isQuiet = now - known.comparedAt > keptFor
  const isFirst = known.seen !== seen || known.seenAt === undefined
  const hasWaited = !isFirst && now - (known.seenAt ?? now) > keptFor
  if (isQuiet || hasWaited) return { told: seen, comparedAt }
  return { told: known.told, comparedAt, seen, seenAt: isFirst ? now : (known.seenAt ?? now) }
}

/**
 * The delivery to report of a code that was sent, or would have been if the account existed.
 * @param seen Cognito's report; undefined where no code was sent.
 */
export async function deliveryToReport(
  behaviour: PoolBehaviour,
  action: 'resend' | 'recovery',
  email: string,
  seen: Delivery | undefined
): Promise<Delivery> {
  // For an unknown account Cognito may pretend to send a code by email, but not by SMS.
  const outcome = await behaviour.outcomeToReport(
    action,
    seen?.medium === 'SMS' ? 'SMS' : undefined
  )
  return deliveryOf(outcome, email) ?? emailDelivery(email)
}

/** The delivery to report for an outcome; undefined where the pool sends no code. */
export function deliveryOf(
  outcome: PoolOutcome,
  email: string,
  phoneNumber?: string
): Delivery | undefined {
  if (outcome === 'EMAIL') return emailDelivery(email)
  if (outcome !== 'SMS') return undefined
  // Without a number from the client, even the last digits would reveal that the account exists.
  return { medium: 'SMS', destination: phoneNumber ? maskPhone(phoneNumber) : '+***' }
}
