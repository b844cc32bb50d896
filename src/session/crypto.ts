/** Seals bytes with AES-256-GCM, bound to what and where they are. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  randomBytes
} from 'node:crypto'

/**
 * A sealed part: format (1 byte), id of the master key (4), nonce (12), ciphertext, tag (16).
 * The nonce is random: each session has a key of its own, so that no key ever seals more than the
 * few thousand writes of one session (NIST SP 800-38D allows 2^32).
 */
const format = 1
const nonceAt = 5
const textAt = nonceAt + 12
/** How many bytes a sealed part begins with that no other one has: up to the end of its nonce. */
export const sealHeadLength = textAt
const tagLength = 16

/** How many bytes sealing adds. */
export const sealOverhead = textAt + tagLength

/** `label` says what is sealed and where it belongs: it opens under the same label only. */
export function seal(key: Buffer, keyId: number, label: string, plain: Buffer): Buffer {
  const head = Buffer.allocUnsafe(textAt)
  head.writeUInt8(format, 0)
  head.writeUInt32BE(keyId, 1)
  randomBytes(12).copy(head, nonceAt)
  const cipher = createCipheriv('aes-256-gcm', key, head.subarray(nonceAt))
  cipher.setAAD(boundTo(keyId, label))
  const text = cipher.update(plain)
  cipher.final()
  return Buffer.concat([head, text, cipher.getAuthTag()])
}

/**
 * The id of the master key that a part was sealed with; undefined where it is not a sealed part.
 */
export function sealedWith(sealed: Buffer): number | undefined {
  if (sealed.length < sealOverhead || sealed[0] !== format) return undefined
  return sealed.readUInt32BE(1)
}

/** Null where key or label are not those it was sealed with, or a single bit has changed. */
export function open(key: Buffer, label: string, sealed: Buffer): Buffer | null {
  const keyId = sealedWith(sealed)
  if (keyId === undefined) return null
  const tagAt = sealed.length - tagLength
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(nonceAt, textAt))
  cipher.setAAD(boundTo(keyId, label))
  // Always the full 16 bytes: a shorter tag would be accepted, and easier to guess.
  cipher.setAuthTag(sealed.subarray(tagAt))
  const plain = cipher.update(sealed.subarray(textAt, tagAt))
  try {
    cipher.final()
    return plain
  } catch {
    // The only failure of final() is a tag that does not match.
    return null
  }
}

/**
 * The additional data: no part can be passed off as another one, of another key or at another
 * place.
 */
function boundTo(keyId: number, label: string): Buffer {
  return Buffer.from(`${format}:${keyId}:${label}`)
}

// The master keys of SESSION_KEYS, and the keys that are derived from them.

/** What a derived key is for: keys of different purposes never coincide. */
export type Purpose = 'session' | 'device' | 'shared-secret'

export interface MasterKey {
  /** Four bytes of a hash of the key: they tell which key sealed something, and nothing else. */
  readonly id: number
  /** HKDF-SHA256 (RFC 5869) from this key and `secret`: 32 bytes. */
  derive(purpose: Purpose, secret: string): Buffer
}

export interface KeyRing {
  /** The key that new sessions are sealed with. */
  readonly newest: MasterKey
  find(id: number): MasterKey | undefined
}

/** Of keys of 32 bytes, newest first. Throws TypeError for none, or one of another length. */
export function keyRing(keys: readonly Buffer[]): KeyRing {
  const ring = new Map<number, MasterKey>()
  for (const key of keys) {
    const master = masterKey(key)
    if (!ring.has(master.id)) ring.set(master.id, master)
  }
  const [newest] = ring.values()
  if (newest === undefined) throw new TypeError('At least one session key is needed')
  return { newest, find: id => ring.get(id) }
}

export const hkdfSalt = 'cognito-bff'

/** The info parameter of HKDF. */
export function hkdfInfo(purpose: Purpose, secret: string): string {
  return `${purpose}/1:${secret}`
}

/**
 * The extract step of HKDF depends on the master key alone and is done once; the expand step for
 * one block of output is a single HMAC, of the info and the byte 1. Without the master key a
 * derived key is unknown to an attacker who has the cookie; with it, the 256 random bits of the session
 * id are still unknown to an attacker who has the store.
 */
function masterKey(key: Buffer): MasterKey {
  if (key.length !== 32) throw new TypeError('A session key must have 32 bytes')
  const extracted = createSecretKey(createHmac('sha256', hkdfSalt).update(key).digest())
  return {
    id: createHash('sha256').update('cognito-bff key id:').update(key).digest().readUInt32BE(0),
    derive(purpose, secret) {
      return createHmac('sha256', extracted)
        .update(`${hkdfInfo(purpose, secret)}\x01`)
        .digest()
    }
  }
}
