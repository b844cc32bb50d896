/** The SRP group: the 3072-bit prime of RFC 3526 section 5, g = 2, and arithmetic through OpenSSL. */

import { constants, createPublicKey, getDiffieHellman, publicEncrypt } from 'node:crypto'

const modulus = getDiffieHellman('modp15').getPrime()

export const N = BigInt(`0x${modulus.toString('hex')}`)
export const g = 2n

const modulusJwk = modulus.toString('base64url')

/**
 * `base ** exponent mod N`, by raw RSA with (N, exponent) as the "public key": OpenSSL computes
 * exactly this, some eighty times faster than native BigInt, and takes any base, also one outside
 * the prime-order subgroup, which the Diffie-Hellman doors refuse.
 */
export function modPow(base: bigint, exponent: bigint): bigint {
  const reduced = mod(base)
  if (exponent === 0n) return 1n
  if (reduced === 0n) return 0n
  // Fermat: exponents count modulo N - 1, and RSA wants one below N.
  const shortened = exponent < N ? exponent : exponent % (N - 1n)
  const e = unpadded(shortened).toString('base64url')
  const key = createPublicKey({ key: { kty: 'RSA', n: modulusJwk, e }, format: 'jwk' })
  const block = Buffer.from(reduced.toString(16).padStart(modulus.length * 2, '0'), 'hex')
  return toBigInt(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block))
}

export function mod(n: bigint): bigint {
  return ((n % N) + N) % N
}

export function toBigInt(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`)
}

/**
 * The bytes Cognito hashes for a number: Java's `BigInteger.toByteArray()`, a zero byte in front
 * where the top bit is set, and no filling up to the size of N.
 */
export function pad(n: bigint): Buffer {
  const bytes = unpadded(n)
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes])
}

function unpadded(n: bigint): Buffer {
  const hex = n.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
