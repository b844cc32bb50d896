/** One line of the index of a user's sessions: the record it names, and where it was begun. */

import { hash } from 'node:crypto'
import type { Device } from '../auth/session.ts'
import type { RecordName, UnreadableEvent } from './backend.ts'
import { type KeyRing, open, seal, sealedWith } from './crypto.ts'
import { instant, readInstant } from './record.ts'

/**
 * | at | bytes | what |
 * | --- | --- | --- |
 * | 0 | 32 | SHA-256 of the session id: names the record |
 * | 32 | 6 | when the entry was written |
 * | 38 | 6 | absolute end of the session |
 * | 44 | | sealed: createdAt (6 bytes), ip, NUL, user agent |
 *
 * Instants are ms since the epoch, big-endian: 6 bytes suffice until the year 10889. Every user has
 * an index, and most have one session: it is kept small.
 *
 * The plain part is what ending sessions and pruning need. It must work for every instance, also
 * during a rotation of keys, when some do not hold the newest one: else "log out everywhere" could
 * miss a session. It tells a thief of the store which records belong to one user, not to whom, nor
 * what they say.
 */
export interface IndexEntry {
  readonly name: RecordName
  readonly writtenAt: number
  readonly expiresAt: number
}

export interface EntryDetails extends Device {
  readonly createdAt: number
}

export const recordNameLength = 32
export const instantLength = 6
export const entryEndAt = recordNameLength + instantLength
const plainLength = entryEndAt + instantLength

/** Longest user agent that is kept, in characters: the index is for showing, not for forensics. */
const longestAgent = 256

/**
 * The name of a user's index. A plain hash, not keyed by a master key: the name must be the same
 * for all instances whatever keys they hold. A sub is a random UUID, so its hash cannot be guessed
 * back; who knows the sub already, and steals the store, learns how many sessions it has.
 */
export function indexName(sub: string): string {
  return hash('sha256', `cognito-bff index of ${sub}`, 'base64url')
}

export function encodeEntry(
  keys: KeyRing,
  sub: string,
  handle: string,
  entry: IndexEntry,
  details: EntryDetails
): Buffer {
  const { createdAt, ip, userAgent } = details
  const plain = Buffer.concat([
    Buffer.from(entry.name, 'base64url'),
    instant(entry.writtenAt, instantLength),
    instant(entry.expiresAt, instantLength)
  ])
  const device = `${ip}\0${userAgent.slice(0, longestAgent)}`
  const text = Buffer.concat([instant(createdAt, instantLength), Buffer.from(device)])
  const key = keys.newest.derive('device', sub)
  return Buffer.concat([plain, seal(key, keys.newest.id, label(handle, plain), text)])
}

export function decodeEntry(bytes: Buffer): IndexEntry {
  return {
    name: bytes.toString('base64url', 0, recordNameLength),
    writtenAt: readInstant(bytes, recordNameLength, instantLength),
    expiresAt: readInstant(bytes, entryEndAt, instantLength)
  }
}

/** The details, or why they cannot be read. */
export function openDetails(
  keys: KeyRing,
  sub: string,
  handle: string,
  bytes: Buffer
): EntryDetails | UnreadableEvent['reason'] {
  const sealed = bytes.subarray(plainLength)
  const keyId = sealedWith(sealed)
  if (keyId === undefined) return 'unknown_format'
  const master = keys.find(keyId)
  if (master === undefined) return 'unknown_key'
  const plain = bytes.subarray(0, plainLength)
  const text = open(master.derive('device', sub), label(handle, plain), sealed)
  if (text === null) return 'tampered'
  const [ip = '', userAgent = ''] = text.toString('utf8', instantLength).split('\0')
  return { createdAt: readInstant(text, 0, instantLength), ip, userAgent }
}

/** Binds the sealed details to their handle and to the record they speak of. */
function label(handle: string, plain: Buffer): string {
  return `device:${handle}:${plain.toString('base64url')}`
}
