/** Who may sign in: what is said before a password is looked at, and what after. */

import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import type { Account } from '../users/simulated.ts'
import type { User } from '../users/user.ts'

/** The user behind a sign-in name, and the account to check a password against. */
export interface Candidate {
  readonly user: User | undefined
  readonly account: Account
}

/**
 * Finds who wants to sign in; for a name nobody has, a stand-in.
 * @throws CognitoError UserNotFoundException where the client says so plainly (LEGACY)
 */
export function findCandidate(pool: Pool, username: string): Candidate {
  const user = pool.users.find(username)
  if (user !== undefined) return { user, account: { id: user.sub, secret: user.secret } }
  if (!pool.settings.preventUserExistenceErrors) throw refusal('userUnknown')
  return { user, account: pool.simulation.account(username) }
}

/**
 * Admits a user whose password is right. An unconfirmed account is reported whatever the
 * password, a disabled one only after the right password: so the live service does it.
 * @param isRight does the expensive work; not called during a lock
 * @throws CognitoError UserNotConfirmedException, NotAuthorizedException,
 *   PasswordResetRequiredException
 */
export function admit(
  pool: Pool,
  user: User | undefined,
  id: string,
  isRight: () => boolean
): User {
  refuseEarly(pool, user, id)
  // A stand-in costs the same work and always fails.
  if (!isRight() || user === undefined) {
    if (locks(pool, user)) pool.lockout.fail(id, pool.clock.now())
    throw refusal('wrongPassword')
  }
  pool.lockout.succeed(id)
  if (!user.enabled) throw refusal('userDisabled')
  if (user.status === 'RESET_REQUIRED') throw refusal('passwordResetRequired')
  if (isTemporaryExpired(pool, user)) throw refusal('temporaryPasswordExpired')
  return user
}

/** What is refused without looking at the password. */
export function refuseEarly(pool: Pool, user: User | undefined, id: string): void {
  if (user?.status === 'UNCONFIRMED') throw refusal('userNotConfirmed')
  if (user?.status === 'RESET_REQUIRED' && !pool.settings.preventUserExistenceErrors) {
    throw refusal('passwordResetRequired')
  }
  if (locks(pool, user) && pool.lockout.isLocked(id, pool.clock.now())) {
    throw refusal('passwordAttemptsExceeded')
  }
}

function locks({ settings }: Pool, user: User | undefined): boolean {
  return settings.lockout && (user !== undefined || settings.simulatedUsersLock)
}

function isTemporaryExpired({ clock, settings }: Pool, user: User): boolean {
  if (user.status !== 'FORCE_CHANGE_PASSWORD') return false
  return clock.now() >= user.passwordSetAt + settings.temporaryPasswordDays * 86_400_000
}
