/** The master keys of SESSION_KEYS, and the keys that are derived from them. */

import { createHash, createHmac, createSecretKey } from 'node:crypto'

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
 * derived key is unknown to whoever holds the cookie; with it, the 256 random bits of the session
 * id still are unknown to whoever holds the store.
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
