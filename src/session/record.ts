/** The layout of a session's record: a plain header, the sealed session, the sealed tokens. */

import { sealHeadLength } from './crypto.ts'

/**
 * | at | bytes | what |
 * | --- | --- | --- |
 * | 0 | 1 | format |
 * | 1 | 4 | version of the session part: counts its writes |
 * | 5 | 4 | version of the tokens part |
 * | 9 | 8 | lastSeenAt, ms since the epoch |
 * | 17 | 4 | length of the session part |
 * | 21 | | session part, tokens part (empty: none) |
 *
 * Numbers are big-endian. The versions fence writes, and the seals are bound to them. `lastSeenAt`
 * alone is not sealed (touching must not need the key): who can write to the store can prolong the
 * idle time, up to the absolute end, which is sealed.
 */
export interface StoredRecord {
  readonly sessionVersion: number
  readonly tokensVersion: number
  readonly lastSeenAt: number
  readonly session: Buffer
  readonly tokens: Buffer
}

export const recordFormat = 1
export const headerLength = 21

/**
 * What stands for a moment where a record was replaced by one under another id, or is kept from being
 * written. Shorter than a header and of a format that is none: to scripts, and to instances that do not
 * know it, there is no session.
 */
export const tombstone = Buffer.of(0)

export function isTombstone(bytes: Buffer): boolean {
  return bytes.length === tombstone.length && bytes[0] === tombstone[0]
}

const [seenAt, seenEnd] = [9, 17]

/**
 * What a record begins with: its header, and the nonce of its session part, which is new whenever that
 * part is written. It identifies each write of a session without the parts.
 */
export const headLength = headerLength + sealHeadLength

export function encodeRecord(record: StoredRecord): Buffer {
  return Buffer.concat([
    Buffer.of(recordFormat),
    uint32(record.sessionVersion),
    uint32(record.tokensVersion),
    instant(record.lastSeenAt),
    uint32(record.session.length),
    record.session,
    record.tokens
  ])
}

/** The parts are views, not copies. Null where it is no record of this format. */
export function decodeRecord(bytes: Buffer): StoredRecord | null {
  if (bytes.length < headerLength || bytes[0] !== recordFormat) return null
  const tokensAt = headerLength + bytes.readUInt32BE(17)
  if (tokensAt > bytes.length) return null
  return {
    sessionVersion: bytes.readUInt32BE(1),
    tokensVersion: bytes.readUInt32BE(5),
    lastSeenAt: lastSeenIn(bytes),
    session: bytes.subarray(headerLength, tokensAt),
    tokens: bytes.subarray(tokensAt)
  }
}

/** Whether the record that begins so has the parts of `record`. It may have been touched since. */
export function isHeadOf(record: Buffer, head: Buffer): boolean {
  return (
    head.length === headLength &&
    record.compare(head, 0, seenAt, 0, seenAt) === 0 &&
    record.compare(head, seenEnd, headLength, seenEnd, headLength) === 0
  )
}

/** `lastSeenAt` of a record, or of a head of one. */
export function lastSeenIn(bytes: Buffer): number {
  return readInstant(bytes, seenAt)
}

/** Versions go round after 2^32 writes. */
export function nextVersion(version: number): number {
  return (version + 1) >>> 0
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** An instant (ms) in 8 bytes, or in 6, which suffice until the year 10889. */
export function instant(at: number, length: 6 | 8 = 8): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(at, length - 6, 6)
  return bytes
}

export function readInstant(bytes: Buffer, at: number, length: 6 | 8 = 8): number {
  return bytes.readUIntBE(at + length - 6, 6)
}
