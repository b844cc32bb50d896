/** Time-based one-time passwords: RFC 6238 with SHA-1, 30 seconds and six digits. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const stepMs = 30_000

/** 256 random bits in base32: 52 characters, as Cognito's secrets have. */
export function makeTotpSecret(): string {
  const bits = [...randomBytes(32)].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map(group => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}

/** At least the 16 characters of the API's SecretCode. */
export function isTotpSecret(text: string): boolean {
  return /^[A-Z2-7]{16,}$/.test(text)
}

/** The code of a step (RFC 4226 section 5.3). */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = mac.readUInt8(mac.length - 1) & 0xf
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The steps within the window whose code this is; normally none or one, the latest last. */
export function matchingSteps(
  secret: string,
  code: string,
  now: number,
  windowSteps: number
): readonly number[] {
  const current = Math.floor(now / stepMs)
  const steps = Array.from({ length: 2 * windowSteps + 1 }, (_, at) => current - windowSteps + at)
  return steps.filter(step => step >= 0 && isSame(totpCode(secret, step), code))
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map(character => alphabet.indexOf(character).toString(2).padStart(5, '0'))
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map(byte => Number.parseInt(byte, 2)))
}
