/** Seals bytes with AES-256-GCM, bound to what and where they are. */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

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
