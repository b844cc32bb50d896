/** SetUserMFAPreference: which factors the caller uses, and which it is asked for first. */

import { refusal } from '../errors.ts'
import { token } from '../input/fields.ts'
import { flag, optional, structure } from '../input/shape.ts'
import type { Pool } from '../pool.ts'
import type { Factor } from '../settings.ts'
import { userOf } from '../tokens/access-token.ts'
import { disableFactor, type Factors, isReady } from '../users/factors.ts'
import type { User } from '../users/user.ts'
import { operation } from './operation.ts'

const setting = optional(structure({ Enabled: optional(flag()), PreferredMfa: optional(flag()) }))

const fields = {
  AccessToken: token,
  SMSMfaSettings: setting,
  SoftwareTokenMfaSettings: setting,
  EmailMfaSettings: setting
}

interface Wish {
  readonly factor: Factor
  readonly isOn: boolean
  readonly isPreferred: boolean
}

/** All of the change or nothing; a factor that is not mentioned stays as it is. */
export const setUserMfaPreference = operation(fields, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  const settings = [
    ['SOFTWARE_TOKEN_MFA', input.SoftwareTokenMfaSettings],
    ['SMS_MFA', input.SMSMfaSettings],
    ['EMAIL_OTP', input.EmailMfaSettings]
  ] as const
  const wishes = settings.flatMap(([factor, given]): Wish[] => {
    if (given === undefined) return []
    const isOn = given.Enabled === true
    return [{ factor, isOn, isPreferred: isOn && given.PreferredMfa === true }]
  })
  check(pool, user, wishes)
  for (const wish of wishes) apply(user.factors, wish)
  return {}
})

function check({ settings }: Pool, user: User, wishes: readonly Wish[]): void {
  const unready = wishes.find(({ factor, isOn }) => isOn && !isReady(user, factor))
  if (unready !== undefined) throw refusal('factorNotReady', unready.factor)
  if (wishes.filter(({ isPreferred }) => isPreferred).length > 1) throw refusal('onePreferred')
  const off = wishes.filter(({ isOn }) => !isOn).map(({ factor }) => factor)
  const keepsOne =
    wishes.some(({ isOn }) => isOn) ||
    [...user.factors.enabled].some(factor => !off.includes(factor))
  if (settings.mfa === 'on' && !keepsOne) throw refusal('factorNeeded')
}

function apply(factors: Factors, { factor, isOn, isPreferred }: Wish): void {
  disableFactor(factors, factor)
  if (isOn) factors.enabled.add(factor)
  if (isPreferred) factors.preferred = factor
}
