/** The first factors that a choice-based sign-in (USER_AUTH) offers. */

import { usablePasskeys } from '../passkeys/options.ts'
import type { Pool } from '../pool.ts'
import type { FirstFactor } from '../settings.ts'
import { activeFactors } from '../users/factors.ts'
import type { User } from '../users/user.ts'

/** The challenges a user may begin with, by the names of `AvailableChallenges`. */
export function availableChallenges(pool: Pool, user: User): readonly string[] {
  return namesOf(allowed(pool, user).filter(factor => isReady(pool, user, factor)))
}

/** The same for a name that no user has: what a user with an email and no passkey is offered. */
export function simulatedChallenges({ settings }: Pool): readonly string[] {
  const { allowedFirstFactors: factors, mfa } = settings
  if (mfa === 'on') return namesOf(['PASSWORD'])
  return namesOf(factors.filter(factor => factor === 'PASSWORD' || factor === 'EMAIL_OTP'))
}

/** A password may be sent or proved: the pool allows both or neither. */
function namesOf(factors: readonly FirstFactor[]): readonly string[] {
  return factors.flatMap(factor => (factor === 'PASSWORD' ? ['PASSWORD', 'PASSWORD_SRP'] : factor))
}

/** A pool or a user with MFA begins with the password, or with a passkey that counts as two factors. */
function allowed({ settings }: Pool, user: User): readonly FirstFactor[] {
  const { allowedFirstFactors: factors, mfa, passkeyIsMultiFactor } = settings
  if (mfa !== 'on' && activeFactors(settings, user).length === 0) return factors
  return factors.filter(
    name => name === 'PASSWORD' || (name === 'WEB_AUTHN' && passkeyIsMultiFactor)
  )
}

function isReady(pool: Pool, user: User, factor: FirstFactor): boolean {
  if (factor === 'EMAIL_OTP') return user.attributes.has('email')
  if (factor === 'SMS_OTP') return user.attributes.has('phone_number')
  return factor === 'PASSWORD' || usablePasskeys(pool, user).length > 0
}
