/** Reads the claims of tokens, and what follows from their lifetime. Instants in ms by this machine's clock. */

import { AppError } from '../errors.ts'
import type { Tokens } from './identity-provider.ts'

/** A token is refreshed this long (ms) before it expires, but only in the last fifth of its lifetime. */
const refreshAhead = 60_000

/** A token with less time left (ms), or the last twentieth of its lifetime, may expire on its way to the API. */
const transitMargin = 5_000

/** Cognito's default lifetime of an access token: one hour. */
const defaultLifetime = 3_600_000

/** Whether a token must not be sent any more. */
export function isExpired(tokens: Tokens, now: number): boolean {
  const left = tokens.accessExpiresAt - now
  return left <= 0 || (left <= transitMargin && left <= lifetimeOf(tokens.accessToken) / 20)
}

/** Whether a token expires soon enough for a refresh ahead of time. */
export function isRefreshDue(tokens: Tokens, now: number): boolean {
  const left = tokens.accessExpiresAt - now
  return left <= refreshAhead && left <= lifetimeOf(tokens.accessToken) / 5
}

/** Whether the ID token has expired, or does not exist: it may have a shorter lifetime than the access token. */
export function isIdTokenExpired({ accessToken, idToken, accessExpiresAt }: Tokens, now: number) {
  if (idToken === undefined) return true
  const earlier = (expiryOf(accessToken) - expiryOf(idToken)) * 1000
  return accessExpiresAt - earlier <= now
}

/** The claim `exp`, in seconds; 0 where it cannot be read. */
function expiryOf(token: string): number {
  try {
    return Number(claimsOf(token).exp) || 0
  } catch {
    return 0
  }
}

/** The whole lifetime of a token by its claims, in ms; Cognito's default where they cannot be read. */
export function lifetimeOf(accessToken: string): number {
  try {
    const { iat, exp } = claimsOf(accessToken)
    const lifetime = (Number(exp) - Number(iat)) * 1000
    return Number.isFinite(lifetime) ? lifetime : defaultLifetime
  } catch {
    return defaultLifetime
  }
}

/**
 * The claim `username`, by which Cognito knows the user: it never changes, and need not be the email.
 * @throws AppError `upstream_error`
 */
export function usernameOf(accessToken: string): string {
  let claims: Readonly<Record<string, unknown>>
  try {
    claims = claimsOf(accessToken)
  } catch (cause) {
    throw new AppError('upstream_error', { reason: 'access_token_unreadable', cause })
  }
  if ('username' in claims) return String(claims.username)
  throw new AppError('upstream_error', { reason: 'access_token_without_username' })
}

/** The payload of a JWT, without verification: Cognito itself has returned the token, over TLS. */
function claimsOf(accessToken: string): Readonly<Record<string, unknown>> {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')
  const claims: unknown = JSON.parse(payload)
  return typeof claims === 'object' && claims !== null ? { ...claims } : {}
}
