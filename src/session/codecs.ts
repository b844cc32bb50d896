/** Writes session data as compact JSON that older and newer instances hand back unharmed. */
import type { Tokens, User } from '../auth/identity-provider.ts'
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

// Packs tokens into bytes: segments of a JWT take a quarter less when they are decoded.

/**
 * Version (1 byte), accessExpiresAt (6), then the access token, the refresh token and, where it is kept, the ID token,
 * each as segments (what stands between its dots). A segment: a length with its kind in the two low bits (LEB128), then its bytes. Later
 * versions may append fields; readers of this one ignore what follows.
 */
const tokenVersion = 1
const headerLength = 7

const decoded = 0 // base64url, kept as the bytes it stands for
const text = 1 // UTF-8
const utf16 = 2 // text that UTF-8 cannot hold: lone surrogates

export function encodeTokens(tokens: Tokens): Buffer {
  const header = Buffer.allocUnsafe(headerLength)
  header.writeUInt8(tokenVersion)
  header.writeUIntBE(tokens.accessExpiresAt, 1, 6)
  const { accessToken, refreshToken, idToken } = tokens
  const all = [accessToken, refreshToken, ...(idToken === undefined ? [] : [idToken])]
  return Buffer.concat([header, ...all.flatMap(pack)])
}

/** Null where the bytes are not tokens of a version this code can read. */
export function decodeTokens(bytes: Buffer): Tokens | null {
  if (bytes.length < headerLength || bytes[0] !== tokenVersion) return null
  const reader = { bytes, at: headerLength }
  const accessToken = unpack(reader)
  const refreshToken = unpack(reader)
  if (accessToken === null || refreshToken === null) return null
  const idToken = reader.at < bytes.length ? unpack(reader) : null
  const accessExpiresAt = bytes.readUIntBE(1, 6)
  return { accessToken, refreshToken, accessExpiresAt, ...(idToken !== null && { idToken }) }
}

interface Reader {
  readonly bytes: Buffer
  at: number
}

function pack(token: string): Buffer[] {
  const segments = token.split('.')
  return [leb128(segments.length), ...segments.flatMap(packSegment)]
}

function packSegment(segment: string): Buffer[] {
  const [kind, bytes] = shortest(segment)
  return [leb128(bytes.length * 4 + kind), bytes]
}

/** Only what comes back as the same text is decoded: padding, `+` or stray bits would get lost. */
function shortest(segment: string): [kind: number, bytes: Buffer] {
  const bytes = Buffer.from(segment, 'base64url')
  if (bytes.toString('base64url') === segment) return [decoded, bytes]
  const plain = Buffer.from(segment)
  if (plain.toString() === segment) return [text, plain]
  return [utf16, Buffer.from(segment, 'utf16le')]
}

function unpack(reader: Reader): string | null {
  const count = readLeb128(reader)
  // Even an empty text is one segment: these are not the bytes of a token.
  if (count === 0) return null
  const segments: string[] = []
  for (let i = 0; i < count; i++) {
    const head = readLeb128(reader)
    const end = reader.at + Math.floor(head / 4)
    if (end > reader.bytes.length) return null
    segments.push(reader.bytes.toString(encodings[head % 4], reader.at, end))
    reader.at = end
  }
  return segments.join('.')
}

const encodings = ['base64url', 'utf8', 'utf16le'] as const

function leb128(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.of(...bytes, rest)
}

/** Reads on to the end of the number, or of the bytes. */
function readLeb128(reader: Reader): number {
  let value = 0
  for (let unit = 1; ; unit *= 128) {
    const byte = reader.bytes[reader.at++] ?? 0
    value += (byte % 128) * unit
    if (byte < 128) return value
  }
}
