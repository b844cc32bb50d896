/** What a right password leads to. */

import type { Pool } from '../pool.ts'
import { type AuthenticationResult, signInTokens } from '../tokens/issue.ts'
import type { User } from '../users/user.ts'

export interface SignInReply {
  readonly ChallengeParameters: Readonly<Record<string, string>>
  readonly AuthenticationResult: AuthenticationResult
}

export function completeSignIn(pool: Pool, user: User): SignInReply {
  return { ChallengeParameters: {}, AuthenticationResult: signInTokens(pool, user) }
}
