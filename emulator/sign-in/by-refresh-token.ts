/** New tokens for a refresh token, by either of the two operations that give them. */

import { CognitoError, refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import type { Grant } from '../tokens/grants.ts'
import { type AuthenticationResult, freshTokens } from '../tokens/issue.ts'
import type { User } from '../users/user.ts'
import { checkClientHash } from './client.ts'
import { needed, type Parameters } from './parameters.ts'

/** REFRESH_TOKEN_AUTH: not offered to a client with rotation; never a new refresh token. */
export function signInByRefreshToken(pool: Pool, client: string, parameters: Parameters) {
  if (pool.settings.refreshRotation) {
    const { message, kind } = refusal('refreshFlowOff')
    throw new CognitoError(pool.settings.rotatingRefreshError, message, kind)
  }
  const { grant, user } = openGrant(pool, needed(parameters, 'REFRESH_TOKEN'))
  // The hash is made with the real username, never with the e-mail address.
  checkClientHash(pool, client, user.sub, parameters.SECRET_HASH)
  return { ChallengeParameters: {}, AuthenticationResult: freshTokens(pool, user, grant) }
}

/** GetTokensFromRefreshToken: with rotation, a new refresh token each time. */
export function refresh(pool: Pool, refreshToken: string): AuthenticationResult {
  const { grant, user } = openGrant(pool, refreshToken)
  const tokens = freshTokens(pool, user, grant)
  if (!pool.settings.refreshRotation) return tokens
  pool.grants.retire(refreshToken, pool.clock.now())
  return { ...tokens, RefreshToken: pool.grants.issueRefreshToken(grant) }
}

function openGrant(pool: Pool, token: string): { grant: Grant; user: User } {
  const graceMs = pool.settings.retryGraceSeconds * 1000
  const grant = pool.grants.open(token, pool.clock.now(), graceMs, pool.settings.reuseRevokesFamily)
  const user = pool.users.find(grant.sub)
  if (user === undefined) throw refusal('userUnknown')
  if (!user.enabled) throw refusal('userDisabled')
  return { grant, user }
}
