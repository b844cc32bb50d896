/** Arithmetic of token lifetimes. Instants in ms by this machine's clock. */

import { AppError } from '../errors.ts'
import type { Tokens } from './identity-provider.ts'

/** Refresh this long before the end, but never earlier than in the last fifth of a token's life. */
const refreshAhead = 60_000

/** A token with less left than this, or the last twentieth of its life, may die on its way to the API. */
const onTheWay = 5_000

/** True where a token must not be sent any more. */
export function isDead(tokens: Tokens, now: number): boolean {
  const left = tokens.accessExpiresAt - now
  return left <= 0 || (left <= onTheWay && left <= lifetimeOf(tokens.accessToken) / 20)
}

/** True in the last stretch of a token's life, where a refresh ahead is worth its call. */
export function isDue(tokens: Tokens, now: number): boolean {
  const left = tokens.accessExpiresAt - now
  return left <= refreshAhead && left <= lifetimeOf(tokens.accessToken) / 5
}

/** Whole life of a token by its own claims, in ms; unreadable claims count as one hour, Cognito's default. */
export function lifetimeOf(accessToken: string): number {
  try {
    const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')
    const { iat, exp } = JSON.parse(payload)
    const life = (exp - iat) * 1000
    return Number.isFinite(life) ? life : 3_600_000
  } catch {
    return 3_600_000
  }
}

// The name by which Cognito knows the holder of an access token: not always the address, never changing.

/** The `username` claim. The token is ours, from the session: it was verified when it came. */
export function usernameOf(accessToken: string): string {
  try {
    const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')
    const claims: unknown = JSON.parse(payload)
    if (typeof claims === 'object' && claims !== null && 'username' in claims) {
      return String(claims.username)
    }
  } catch (cause) {
    throw new AppError('upstream_error', { reason: 'access_token_unreadable', cause })
  }
  throw new AppError('upstream_error', { reason: 'access_token_without_username' })
}
