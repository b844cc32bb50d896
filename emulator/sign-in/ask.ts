/** Asking for the next step: the challenges a sign-in can be answered with. */

import { randomInt } from 'node:crypto'
import { describe } from '../codes/delivery.ts'
import type { Pool } from '../pool.ts'
import type { Factor } from '../settings.ts'
import { trigger } from '../triggers.ts'
import type { User } from '../users/user.ts'
import type { Step } from './sessions.ts'

export interface ChallengeReply {
  readonly ChallengeName: string
  readonly Session: string
  readonly ChallengeParameters: Readonly<Record<string, string>>
}

/** A new password, and the required attributes the user does not have yet. */
export function askNewPassword(pool: Pool, user: User): ChallengeReply {
  const missing = pool.settings.requiredAttributes.filter(name => !user.attributes.has(name))
  return ask(
    pool,
    user,
    'NEW_PASSWORD_REQUIRED',
    { kind: 'new-password' },
    {
      userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
      requiredAttributes: JSON.stringify(missing.map(name => `userAttributes.${name}`))
    }
  )
}

export function askFactor(pool: Pool, user: User, factor: Factor): ChallengeReply {
  if (factor !== 'SOFTWARE_TOKEN_MFA') return askSentCode(pool, user, factor)
  return ask(pool, user, 'SOFTWARE_TOKEN_MFA', { kind: 'software-token' })
}

export function askSelection(pool: Pool, user: User, choices: readonly Factor[]): ChallengeReply {
  const shown = { MFAS_CAN_CHOOSE: JSON.stringify(choices) }
  return ask(pool, user, 'SELECT_MFA_TYPE', { kind: 'select', choices }, shown)
}

/** The pool requires MFA and the user has none. */
export function askSetup(pool: Pool, user: User): ChallengeReply {
  const shown = { MFAS_CAN_SETUP: JSON.stringify(['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP']) }
  return ask(pool, user, 'MFA_SETUP', { kind: 'setup' }, shown)
}

/**
 * Sends a code to the phone or the address. Codes by e-mail have eight digits here.
 * @param enrolsAt an address that is turned on as a factor by the right answer
 */
export function askSentCode(
  pool: Pool,
  user: User,
  factor: 'SMS_MFA' | 'EMAIL_OTP',
  enrolsAt?: string
): ChallengeReply {
  trigger(pool, 'CustomMessage', user)
  const attribute = factor === 'SMS_MFA' ? 'phone_number' : 'email'
  const to = enrolsAt ?? user.attributes.get(attribute) ?? ''
  const digits = factor === 'SMS_MFA' ? 6 : 8
  const code = String(randomInt(10 ** digits)).padStart(digits, '0')
  const { DeliveryMedium: medium, Destination } = describe(attribute, to)
  const sentAt = new Date(pool.clock.now()).toISOString()
  pool.outbox.send({ to, medium, purpose: 'mfa', code, sentAt })
  const step: Step = { kind: 'sent-code', factor, code, enrols: enrolsAt !== undefined }
  return ask(pool, user, factor, step, {
    CODE_DELIVERY_DELIVERY_MEDIUM: medium,
    CODE_DELIVERY_DESTINATION: Destination
  })
}

/** Opens the session of a user's next step. */
export function openSession(pool: Pool, sub: string, step: Step): string {
  return pool.sessions.open(sub, step, pool.clock.now(), pool.settings.authSessionSeconds * 1000)
}

function ask(
  pool: Pool,
  user: User,
  ChallengeName: string,
  step: Step,
  parameters: Readonly<Record<string, string>> = {}
): ChallengeReply {
  const ChallengeParameters = { USER_ID_FOR_SRP: user.sub, ...parameters }
  return { ChallengeName, Session: openSession(pool, user.sub, step), ChallengeParameters }
}
