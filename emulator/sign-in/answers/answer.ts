/** What an answer to a challenge comes with, once the session and the user are known. */

import { refusal } from '../../errors.ts'
import type { Pool } from '../../pool.ts'
import type { User } from '../../users/user.ts'
import type { SignInReply } from '../complete.ts'
import type { Parameters } from '../parameters.ts'
import type { OpenSession } from '../sessions.ts'

export interface Given {
  readonly user: User
  readonly open: OpenSession
  readonly responses: Parameters
}

export type Answer = (pool: Pool, given: Given) => SignInReply

/**
 * Judges the code of a second factor: five wrong ones lock like wrong passwords do.
 * @throws CognitoError NotAuthorizedException, or what `wrong` names
 */
export function judgeCode(
  pool: Pool,
  { sub }: User,
  isRight: boolean,
  wrong: 'totpMismatch' | 'smsCodeMismatch'
): void {
  const [key, now] = [`mfa ${sub}`, pool.clock.now()]
  const { lockout } = pool.settings
  if (lockout && pool.lockout.isLocked(key, now)) throw refusal('passwordAttemptsExceeded')
  if (!isRight) {
    if (lockout) pool.lockout.fail(key, now)
    throw refusal(wrong)
  }
  pool.lockout.succeed(key)
}
