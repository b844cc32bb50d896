/** SRP-6a as Cognito computes it, the server's side. */

import { createHash, createHmac } from 'node:crypto'
import { g, mod, modPow, N, pad, toBigInt } from './group.ts'

/** What the server keeps instead of a password. */
export interface Verifier {
  readonly salt: bigint
  readonly verifier: bigint
}

export const k = toBigInt(sha256(pad(N), pad(g)))

/** x, from which the verifier comes. `identity` is the pool's name followed by the username. */
export function privateKey(salt: bigint, identity: string, password: string): bigint {
  const inner = sha256(Buffer.from(`${identity}:${password}`, 'utf8'))
  return toBigInt(sha256(pad(salt), inner))
}

export function makeVerifier(salt: bigint, identity: string, password: string): Verifier {
  return { salt, verifier: modPow(g, privateKey(salt, identity, password)) }
}

/** B, the server's public value. */
export function serverPublic(b: bigint, verifier: bigint): bigint {
  return mod(k * verifier + modPow(g, b))
}

/** u. A protocol run where it is zero must be refused. */
export function scrambler(A: bigint, B: bigint): bigint {
  return toBigInt(sha256(pad(A), pad(B)))
}

/** S, as the server comes to it. */
export function premaster(A: bigint, verifier: bigint, u: bigint, b: bigint): bigint {
  return modPow(A * modPow(verifier, u), b)
}

/** The 16-byte key both sides share: HKDF-SHA256 with Cognito's own info string. */
export function sessionKey(S: bigint, u: bigint): Buffer {
  const prk = createHmac('sha256', pad(u)).update(pad(S)).digest()
  return createHmac('sha256', prk).update('Caldera Derived Key\u0001').digest().subarray(0, 16)
}

/** What PASSWORD_CLAIM_SIGNATURE must hold, before base64. */
export function claim(
  key: Buffer,
  identity: string,
  secretBlock: Buffer,
  timestamp: string
): Buffer {
  return createHmac('sha256', key).update(identity).update(secretBlock).update(timestamp).digest()
}

function sha256(...parts: Buffer[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
