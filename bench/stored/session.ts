/** Sessions as logins leave them, made in number: each with an id, a user and tokens of its own. */
import { hash, randomBytes } from 'node:crypto'
import type { Tokens } from '../../src/auth/identity-provider.ts'
import type { AuthenticatedSession, Device } from '../../src/auth/session.ts'

export interface MadeSession {
  readonly id: string
  readonly data: AuthenticatedSession
  readonly tokens: Tokens
  /** Cognito gives one; the service does not keep it, others do. */
  readonly idToken: string
  readonly device: Device
}

/** In ms. */
export const idle = 1_800_000
const absolute = 43_200_000

/** The id is told by the number, so that a driver can ask for any of a million. */
export function sessionId(number: number): string {
  return hash('sha256', `bench ${number}`, 'base64url')
}

/** Each session of a user of its own: the dearest case, as no two share an index. */
export function makeSession(number: number, now: number): MadeSession {
  const sub = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  return {
    id: sessionId(number),
    data: {
      kind: 'authenticated',
      handle: randomBytes(16).toString('base64url'),
      user: {
        sub,
        email: `somebody.${number}@example.com`,
        emailVerified: true,
        givenName: 'Somebody',
        groups: ['readers']
      },
      createdAt: now,
      expiresAt: now + absolute,
      authenticatedAt: now
    },
    tokens: {
      accessToken: token(1100, 3),
      refreshToken: token(1800, 5),
      accessExpiresAt: now + 3_600_000
    },
    idToken: token(1200, 3),
    device: { ip: '192.0.2.1', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) '.padEnd(120, 'x') }
  }
}

/** What connect-redis would store for the same session, tokens and all. */
export function plainJson({ data, tokens, idToken }: MadeSession): string {
  const cookie = { originalMaxAge: idle, expires: new Date(data.createdAt + idle), httpOnly: true }
  return JSON.stringify({ cookie: { ...cookie, path: '/' }, ...data, ...tokens, idToken })
}

/** About as many characters as a token of Cognito has, in as many segments: base64url of whole bytes. */
function token(length: number, segments: number): string {
  const bytes = Math.ceil(((length - segments + 1) / segments) * 0.75)
  const drawn = randomBytes(bytes * segments)
  return Array.from({ length: segments }, (_, i) =>
    drawn.toString('base64url', i * bytes, (i + 1) * bytes)
  ).join('.')
}
