/** Writes session data as compact JSON that older and newer instances hand back unharmed. */

import type { User } from '../auth/identity-provider.ts'
import type { SessionData } from '../auth/session.ts'

/**
 * What every session has stands at a fixed place, without its name:
 *
 *     [version, kind, createdAt, expiresAt, rest]
 *     [version, kind, createdAt, expiresAt, rest, handle, authenticatedAt, user]
 *     user: [sub, email, emailVerified, groups, rest]
 *
 * `rest` holds everything else by name: optional fields, and those that this version does not know.
 * So fields may be added at will: an instance that does not know one keeps it when it writes the
 * session. A change that old instances must not misread takes another version; they then read the
 * session as null.
 */
const dataVersion = 1

export function encodeData(data: SessionData): Buffer {
  if (data.kind === 'pending') {
    const { kind, createdAt, expiresAt, ...rest } = data
    return Buffer.from(JSON.stringify([dataVersion, kind, createdAt, expiresAt, rest]))
  }
  const { kind, createdAt, expiresAt, handle, authenticatedAt, user, ...rest } = data
  const { sub, email, emailVerified, groups, ...restOfUser } = user
  const packedUser = [sub, email, emailVerified, groups, restOfUser]
  const fixed = [dataVersion, kind, createdAt, expiresAt, rest, handle, authenticatedAt, packedUser]
  return Buffer.from(JSON.stringify(fixed))
}

/** Null where it is not session data that this version can read. */
export function decodeData(bytes: Buffer): SessionData | null {
  const fixed: unknown = JSON.parse(bytes.toString())
  if (!Array.isArray(fixed) || fixed[0] !== dataVersion) return null
  // By index, and spread last: this runs on every request, and the prettier forms cost more than
  // the parser.
  const kind: unknown = fixed[1]
  const createdAt: unknown = fixed[2]
  const expiresAt: unknown = fixed[3]
  const rest: unknown = fixed[4]
  if (typeof createdAt !== 'number' || typeof expiresAt !== 'number' || !isObject(rest)) return null
  if (kind === 'pending') return { kind, createdAt, expiresAt, ...rest }
  const handle: unknown = fixed[5]
  const authenticatedAt: unknown = fixed[6]
  const user = decodeUser(fixed[7])
  if (kind !== 'authenticated' || typeof handle !== 'string' || user === null) return null
  if (typeof authenticatedAt !== 'number') return null
  return { kind, handle, user, createdAt, expiresAt, authenticatedAt, ...rest }
}

function decodeUser(fixed: unknown): User | null {
  if (!Array.isArray(fixed)) return null
  const sub: unknown = fixed[0]
  const email: unknown = fixed[1]
  const emailVerified: unknown = fixed[2]
  const groups: unknown = fixed[3]
  const rest: unknown = fixed[4]
  if (typeof sub !== 'string' || typeof email !== 'string' || !isObject(rest)) return null
  if (typeof emailVerified !== 'boolean' || !isStrings(groups)) return null
  return { sub, email, emailVerified, groups, ...rest }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
