/** Packs tokens into bytes: segments of a JWT take a quarter less when they are decoded. */

import type { Tokens } from '../auth/identity-provider.ts'

/**
 * Version (1 byte), accessExpiresAt (6), then each token as segments (what stands between its
 * dots). A segment: a length with its kind in the two low bits (LEB128), then its bytes. Later
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
  return Buffer.concat([header, ...pack(tokens.accessToken), ...pack(tokens.refreshToken)])
}

/** Null where the bytes are not tokens of a version this code can read. */
export function decodeTokens(bytes: Buffer): Tokens | null {
  if (bytes.length < headerLength || bytes[0] !== tokenVersion) return null
  const reader = { bytes, at: headerLength }
  const accessToken = unpack(reader)
  const refreshToken = unpack(reader)
  if (accessToken === null || refreshToken === null) return null
  return { accessToken, refreshToken, accessExpiresAt: bytes.readUIntBE(1, 6) }
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
