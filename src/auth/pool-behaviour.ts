/**
 * What callers are told of where a code went, where it is hidden which accounts exist: what this pool does, whether
 * an account was made, or found, or neither. A pool may confirm by itself, send nothing, or send by SMS, and no public
 * call tells which. So it is learned from what the pool does, and every answer follows it, real ones as well.
 */
import type { Delivery } from '../errors.ts'
import { emailDelivery, maskPhone } from './delivery.ts'
import type { Clock } from './identity-provider.ts'

/** How a sign-up ends, or by what a code is sent. */
export type Outcome = Delivery['medium'] | 'none' | 'confirmed'

export type Question = 'sign_up' | 'sign_up_with_phone' | 'resend' | 'recovery'

/** What is told, and what the pool was seen to do instead. Instants in ms. */
export interface Learned {
  readonly told: Outcome
  /** When somebody was told so who may compare it with another answer. */
  readonly comparedAt: number
  readonly seen?: Outcome
  readonly seenAt?: number
}

/** Shared by all instances. Never fails: where the store does not answer, this process remembers for itself. */
export interface BehaviourMemory {
  recall(question: Question): Promise<Learned | undefined>
  keep(question: Question, learned: Learned): Promise<void>
}

export interface PoolBehaviour {
  /** What to tell. `seen` is what the pool did; undefined where it did nothing, or may only have pretended. */
  outcome(question: Question, seen: Outcome | undefined): Promise<Outcome>
}

/** How long (ms) an answer is stood by once somebody may have compared it. */
const standsFor = 600_000

export function createPoolBehaviour(memory: BehaviourMemory, clock: Clock): PoolBehaviour {
  return {
    async outcome(question, seen) {
      const before = await memory.recall(question)
      const next = learn(before, { question, seen, now: clock() })
      if (seen || next !== before) await memory.keep(question, next)
      return next.told
    }
  }
}

interface Event {
  readonly question: Question
  readonly seen: Outcome | undefined
  readonly now: number
}

/**
 * A new behaviour is told at once, unless somebody was lately told the old one of an account that may not exist: they
 * would see the next real answer differ. Then it is told ten minutes after it was first seen.
 */
export function learn(before: Learned | undefined, { question, seen, now }: Event): Learned {
  const known = before ?? { told: 'EMAIL', comparedAt: 0 }
  // Of a code that was asked for nobody can tell whether it was sent: each such answer may be compared.
  const isCompared = !seen || question === 'resend' || question === 'recovery'
  const comparedAt = isCompared ? now : known.comparedAt
  if (!seen) return { ...known, comparedAt }
  if (seen === known.told) return { told: seen, comparedAt }
  const isQuiet = now - known.comparedAt > standsFor
  const isFirst = known.seen !== seen || known.seenAt === undefined
  const hasWaited = !isFirst && now - (known.seenAt ?? now) > standsFor
  if (isQuiet || hasWaited) return { told: seen, comparedAt }
  return { told: known.told, comparedAt, seen, seenAt: isFirst ? now : (known.seenAt ?? now) }
}

/**
 * Where a code is said to have gone that was sent to an account, or would have been. `seen` is what Cognito said of it;
 * undefined where it sent none.
 */
export async function toldDelivery(
  behaviour: PoolBehaviour,
  question: 'resend' | 'recovery',
  email: string,
  seen: Delivery | undefined
): Promise<Delivery> {
  // A code by email may be one that Cognito only pretends to send.
  const outcome = await behaviour.outcome(question, seen?.medium === 'SMS' ? 'SMS' : undefined)
  return deliveryOf(outcome, email) ?? emailDelivery(email)
}

/** Where a code is said to have gone; undefined where the pool sends none. */
export function deliveryOf(
  outcome: Outcome,
  email: string,
  phoneNumber?: string
): Delivery | undefined {
  if (outcome === 'EMAIL') return emailDelivery(email)
  if (outcome !== 'SMS') return undefined
  // Even the last digits of a number would tell that there is one.
  return { medium: 'SMS', destination: phoneNumber ? maskPhone(phoneNumber) : '+***' }
}
