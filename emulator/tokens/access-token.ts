/** The checks on an access token, for the operations it authorises and for the echo API. */

import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import { clientId, issuer } from '../settings.ts'
import type { User } from '../users/user.ts'
import { userScope } from './issue.ts'
import { type Claims, isSignedBy, readJwt } from './jwt.ts'

/**
 * The user an access token speaks for.
 * @throws CognitoError NotAuthorizedException, UserNotFoundException
 */
export function userOf(pool: Pool, accessToken: string): User {
  return checkAccessToken(pool, accessToken).user
}

/** Format, key, signature, expiry, use, user, revocation: the order the live service reports. */
export function checkAccessToken(pool: Pool, token: string): { claims: Claims; user: User } {
  const read = readJwt(token)
  if (read === undefined) throw refusal('accessTokenInvalid')
  const { kid, claims } = read
  if (kid === pool.keys.id.kid) throw refusal('accessTokenInvalid')
  const isOurs = kid === pool.keys.access.kid && isSignedBy(pool.keys.access, token)
  if (!isOurs) throw refusal('accessTokenForged')
  if (!(Number(claims.exp) > pool.clock.nowSeconds())) throw refusal('accessTokenExpired')
  if (!isForThisPool(claims)) throw refusal('accessTokenInvalid')
  const user = pool.users.find(String(claims.sub))
  if (user === undefined) throw refusal('userUnknown')
  if (!user.enabled) throw refusal('userDisabled')
  if (pool.grants.isRevoked(claims.origin_jti)) throw refusal('accessTokenRevoked')
  return { claims, user }
}

function isForThisPool({ token_use, iss, client_id, scope }: Claims): boolean {
  const isAccess = token_use === 'access' && scope === userScope
  return isAccess && iss === issuer && client_id === clientId
}
