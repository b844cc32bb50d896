/** Where a user can be sent a code for a new password. */

import type { Pool } from '../pool.ts'
import type { VerifiableAttribute } from '../settings.ts'
import { activeFactors } from './factors.ts'
import type { User } from './user.ts'

/** The first of the pool's choices that is verified; never the channel that is the second factor. */
export function recoveryChannel(pool: Pool, user: User): VerifiableAttribute | undefined {
  const active = activeFactors(pool.settings, user)
  const factors = { email: 'EMAIL_OTP', phone_number: 'SMS_MFA' } as const
  return pool.settings.recovery.find(
    name =>
      user.attributes.has(name) &&
      user.attributes.get(`${name}_verified`) === 'true' &&
      !active.includes(factors[name])
  )
}
