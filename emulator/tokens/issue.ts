/** The tokens of a sign-in or a refresh. */

import { randomUUID } from 'node:crypto'
import type { Pool } from '../pool.ts'
import { clientId, issuer } from '../settings.ts'
import { trigger } from '../triggers.ts'
import type { User } from '../users/user.ts'
import type { Grant } from './grants.ts'
import { type Claims, signJwt } from './jwt.ts'

/** The only scope of a sign-in through the API. */
export const userScope = 'aws.cognito.signin.user.admin'

export interface AuthenticationResult {
  readonly AccessToken: string
  readonly ExpiresIn: number
  readonly IdToken: string
  readonly RefreshToken?: string
  readonly TokenType: 'Bearer'
}

/** Everything a new sign-in gets. */
export function signInTokens(pool: Pool, user: User): AuthenticationResult {
  const lifeMs = pool.settings.refreshTokenSeconds * 1000
  const grant = pool.grants.begin(user.sub, pool.clock.now(), lifeMs)
  return { ...freshTokens(pool, user, grant), RefreshToken: pool.grants.issueRefreshToken(grant) }
}

/** New access and ID tokens of a grant, their claims read from the user as it is now. */
export function freshTokens(pool: Pool, user: User, grant: Grant): AuthenticationResult {
  trigger(pool, 'PreTokenGeneration', user)
  const { accessTokenSeconds } = pool.settings
  const iat = pool.clock.nowSeconds()
  const common = { ...commonClaims(user, grant), exp: iat + accessTokenSeconds, iat }
  const access = { ...common, ...accessClaims(user), jti: randomUUID() }
  const id = { ...common, ...idClaims(user), jti: randomUUID() }
  return {
    AccessToken: signJwt(pool.keys.access, access),
    ExpiresIn: accessTokenSeconds,
    IdToken: signJwt(pool.keys.id, id),
    TokenType: 'Bearer'
  }
}

function commonClaims(user: User, grant: Grant): Claims {
  const groups = user.groups.length > 0 ? { 'cognito:groups': user.groups } : {}
  return {
    sub: user.sub,
    ...groups,
    iss: issuer,
    origin_jti: grant.originJti,
    event_id: grant.eventId,
    auth_time: grant.authTime
  }
}

function accessClaims(user: User): Claims {
  return { client_id: clientId, token_use: 'access', scope: userScope, username: user.sub }
}

function idClaims(user: User): Claims {
  const attributes = [...user.attributes].map(([name, value]) => [name, toClaim(name, value)])
  return {
    ...Object.fromEntries(attributes),
    'cognito:username': user.sub,
    aud: clientId,
    token_use: 'id'
  }
}

/** Attributes are text, but OpenID Connect wants these three otherwise. */
function toClaim(name: string, value: string): unknown {
  if (name.endsWith('_verified') && !name.startsWith('custom:')) return value === 'true'
  return name === 'address' ? { formatted: value } : value
}
