/** Sending a code, and telling where it went. */

import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import type { VerifiableAttribute } from '../settings.ts'
import { trigger } from '../triggers.ts'
import type { User } from '../users/user.ts'
import { mask } from './mask.ts'
import type { Medium, Purpose } from './outbox.ts'

export interface Delivery {
  readonly AttributeName: string
  readonly DeliveryMedium: Medium
  readonly Destination: string
}

/** How long each kind of code is good, and what it is filed under. */
const hourMs = 60 * 60_000
const lifeMs: Partial<Record<Purpose, number>> = {
  'sign-up': 24 * hourMs,
  'attribute-verification': 24 * hourMs,
  'forgot-password': hourMs
}

/** Makes a code for a user, files it under the purpose's key and puts it into the outbox. */
export function sendCode(
  pool: Pool,
  user: User,
  purpose: Purpose,
  attribute: VerifiableAttribute,
  to = user.attributes.get(attribute) ?? ''
): Delivery {
  trigger(pool, 'CustomMessage', user)
  const now = pool.clock.now()
  const expiresAt = now + (lifeMs[purpose] ?? pool.settings.authSessionSeconds * 1000)
  const code = pool.codes.make(codeKey(purpose, user, attribute), attribute, to, expiresAt)
  const delivery = describe(attribute, to)
  if (pool.settings.failingDeliveries.includes(delivery.DeliveryMedium)) {
    throw refusal('codeDelivery')
  }
  const sentAt = new Date(now).toISOString()
  pool.outbox.send({ to, medium: delivery.DeliveryMedium, purpose, code, sentAt })
  return delivery
}

/** Verification codes wait one per attribute, the others one per user. */
export function codeKey(purpose: Purpose, user: User, attribute = ''): string {
  const part = purpose === 'attribute-verification' ? attribute : ''
  return `${purpose} ${user.sub} ${part}`
}

/** The delivery of a code, also of one that is only pretended. */
export function describe(attribute: VerifiableAttribute, to: string): Delivery {
  const medium = attribute === 'email' ? 'EMAIL' : 'SMS'
  return { AttributeName: attribute, DeliveryMedium: medium, Destination: mask(to) }
}

/** Where a new account's code goes: the phone where the pool verifies both, else the e-mail. */
export function signUpChannel(pool: Pool, user: User): VerifiableAttribute | undefined {
  const channels = ['phone_number', 'email'] as const
  const { autoVerify } = pool.settings
  return channels.find(name => autoVerify.includes(name) && user.attributes.has(name))
}
