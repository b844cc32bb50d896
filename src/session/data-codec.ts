/** Writes session data as compact JSON that older and newer instances can read and hand back unharmed. */

import type { SessionData } from '../auth/session.ts'

/**
 * Names that every session holds are shortened; all others travel as they are, so that an instance which
 * does not know a field yet keeps it when it writes the session. A longer name never is one letter.
 * `v` tells the version, for whoever debugs: fields may be added at will, and a change that old instances
 * must not misread takes a new format in seal.ts.
 */
const shortNames = {
  kind: 'k',
  handle: 'h',
  user: 'u',
  createdAt: 'c',
  expiresAt: 'e',
  authenticatedAt: 'a',
  sub: 's',
  email: 'm',
  emailVerified: 'f',
  givenName: 'n',
  phoneNumber: 'p',
  phoneNumberVerified: 'q',
  groups: 'g'
} as const

const version = 1

const toShort = new Map<string, string>(Object.entries(shortNames))
const toLong = new Map<string, string>(
  Object.entries(shortNames).map(([long, short]) => [short, long])
)

export function encodeData(data: SessionData): Buffer {
  const { user, ...rest } = { user: undefined, ...data }
  const fields = { ...renamed(rest, toShort), v: version }
  return Buffer.from(
    JSON.stringify(user === undefined ? fields : { ...fields, u: renamed(user, toShort) })
  )
}

/** Null where it is not session data: another kind, or something every session has is missing. */
export function decodeData(bytes: Buffer): SessionData | null {
  const { v, u, ...fields }: Record<string, unknown> = JSON.parse(bytes.toString())
  const data = renamed(fields, toLong)
  if (isObject(u)) data.user = renamed(u, toLong)
  return isSessionData(data) ? data : null
}

function renamed(object: object, names: Map<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value])
  )
}

/** Checks what the store and the domain rely on; that the rest is right is what the seal vouches for. */
function isSessionData(
  data: Record<string, unknown>
): data is Record<string, unknown> & SessionData {
  if (typeof data.createdAt !== 'number' || typeof data.expiresAt !== 'number') return false
  if (data.kind === 'pending') return true
  return (
    data.kind === 'authenticated' &&
    typeof data.handle === 'string' &&
    typeof data.authenticatedAt === 'number' &&
    isObject(data.user) &&
    typeof data.user.sub === 'string' &&
    typeof data.user.email === 'string' &&
    Array.isArray(data.user.groups)
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
