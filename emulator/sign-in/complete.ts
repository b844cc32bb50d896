/** What a right password leads to: a new password first, then a second factor, then tokens. */

import type { Pool } from '../pool.ts'
import { type AuthenticationResult, signInTokens } from '../tokens/issue.ts'
import { trigger } from '../triggers.ts'
import { activeFactors } from '../users/factors.ts'
import type { User } from '../users/user.ts'
import { askFactor, askNewPassword, askSelection, askSetup, type ChallengeReply } from './ask.ts'

export interface TokensReply {
  readonly ChallengeParameters: Readonly<Record<string, string>>
  readonly AuthenticationResult: AuthenticationResult
}

export type SignInReply = TokensReply | ChallengeReply

export function afterPassword(pool: Pool, user: User): SignInReply {
  if (user.status === 'FORCE_CHANGE_PASSWORD') return askNewPassword(pool, user)
  return afterNewPassword(pool, user)
}

export function afterNewPassword(pool: Pool, user: User): SignInReply {
  const active = activeFactors(pool.settings, user)
  const [only] = active
  if (only === undefined) {
    return pool.settings.mfa === 'on' ? askSetup(pool, user) : afterFactor(pool, user)
  }
  const { preferred } = user.factors
  if (preferred !== undefined && active.includes(preferred)) return askFactor(pool, user, preferred)
  return active.length === 1 ? askFactor(pool, user, only) : askSelection(pool, user, active)
}

export function afterFactor(pool: Pool, user: User): TokensReply {
  trigger(pool, 'PostAuthentication', user)
  return { ChallengeParameters: {}, AuthenticationResult: signInTokens(pool, user) }
}
