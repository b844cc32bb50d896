/** Whom an operation without sign-in is about, existing or not. */

import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import type { User } from './user.ts'

export interface Subject {
  readonly user: User | undefined
  /**
   * Counts an attempt against this name, also where nobody has it: a cap must not tell.
   * @throws CognitoError LimitExceededException
   */
  readonly spend: (action: string, capPerHour: number) => void
}

/** @throws CognitoError UserNotFoundException where the client says so plainly (LEGACY) */
export function subjectOf(pool: Pool, username: string): Subject {
  const user = pool.users.find(username)
  if (user === undefined && !pool.settings.preventUserExistenceErrors) {
    throw refusal('usernameClientUnknown')
  }
  const id = user?.sub ?? pool.simulation.id(username)
  return { user, spend: (action, cap) => spendAttempt(pool, action, id, cap) }
}

/** @throws CognitoError LimitExceededException beyond `cap` attempts within an hour */
export function spendAttempt(pool: Pool, action: string, id: string, cap: number): void {
  if (pool.settings.attemptCaps) pool.attempts.spend(`${action} ${id}`, cap, pool.clock.now())
}
