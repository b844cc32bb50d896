/** Arithmetic of token lifetimes. Instants in ms by this machine's clock. */
import type { Tokens } from './ports.ts'

/** Refresh this long before the end, but never earlier than in the last fifth of a token's life. */
const refreshAhead = 60_000

export function isDead(tokens: Tokens, now: number): boolean {
  return now >= tokens.accessExpiresAt
}

/** True in the last stretch of a token's life, where a refresh ahead is worth its call. */
export function isDue(tokens: Tokens, now: number): boolean {
  const left = tokens.accessExpiresAt - now
  if (left > refreshAhead) return false
  return left <= Math.min(refreshAhead, lifetimeOf(tokens.accessToken) / 5)
}

/** Whole life of a token by its own claims; unreadable claims count as one hour, Cognito's default. */
function lifetimeOf(accessToken: string): number {
  try {
    const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')
    const { iat, exp } = JSON.parse(payload)
    const life = (exp - iat) * 1000
    return Number.isFinite(life) ? life : 3_600_000
  } catch {
    return 3_600_000
  }
}
