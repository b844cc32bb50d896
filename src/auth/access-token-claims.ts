/** Arithmetic of token lifetimes. Instants in ms by this machine's clock. */
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
