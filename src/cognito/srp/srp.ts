/**
 * The costly steps of Cognito's SRP-6a: the public value that is sent first, and the session key.
 *
 * amazon-cognito-identity-js does the protocol (its AuthenticationHelper; never its CognitoUser, which
 * keeps tokens in a store shared by the whole process), OpenSSL the arithmetic.
 */
import { randomBytes } from 'node:crypto'
import { AuthenticationHelper, type BigInteger } from 'amazon-cognito-identity-js'
import { type ModPow, openModPow } from './mod-pow.ts'

/** One run of the protocol, between its two messages. Secret: `a` opens the session key. */
export interface Ephemeral {
  /** The private number, hexadecimal. */
  readonly a: string
  /** The public one, `SRP_A` on the wire: hexadecimal without leading zeros. */
  readonly srpA: string
}

/** What the session key is made of: our side of the run, the server's, and the password. */
export interface KeyInput {
  readonly ephemeral: Ephemeral
  /** The part of the pool id after the underscore. */
  readonly poolName: string
  /** USER_ID_FOR_SRP of the challenge, not what the user typed. */
  readonly userId: string
  readonly password: string
  /** SRP_B and SALT of the challenge, hexadecimal. */
  readonly srpB: string
  readonly salt: string
}

/**
 * RFC 5054 section 2.5.4 asks for at least 256 bits, and NIST SP 800-56A for twice the strength of
 * the group, which is 128 bits. The library draws 1,024, at 2.6 times the work of a whole login.
 */
const ephemeralBytes = 32

/** The costly steps, wherever they run. */
export interface SrpArithmetic {
  begin(): Promise<Ephemeral>
  /** @throws Error where the server's numbers are illegal (B or u is 0). */
  sessionKey(input: KeyInput): Promise<Uint8Array>
  close(): void
}

/** Draws `a` and computes A = g^a from it. */
export function begin(): Ephemeral {
  const a = randomBytes(ephemeralBytes).toString('hex')
  return { a, srpA: publicValue(run(a)) }
}

/**
 * The session key: 16 bytes, HKDF of the shared secret.
 *
 * @throws Error where the server's numbers are illegal (B or u is 0).
 */
export function sessionKey(input: KeyInput): Uint8Array {
  const { a, srpA } = input.ephemeral
  const helper = run(a, srpA, input.poolName)
  let key: Uint8Array | undefined
  helper.getPasswordAuthenticationKey(
    input.userId,
    input.password,
    integerFromHex(input.srpB),
    integerFromHex(input.salt),
    (error, value) => {
      if (error) throw error
      key = value
    }
  )
  // The arithmetic is synchronous, so the callback has run.
  if (key === undefined) throw new Error('SRP gave no session key')
  return key
}

/** Does the arithmetic on the calling thread, for tests: each login holds it for milliseconds. */
export const onThisThread: SrpArithmetic = {
  begin: async () => begin(),
  sessionKey: async input => sessionKey(input),
  close: () => undefined
}

/** A helper in the middle of a run, with A where it is known already. */
function run(a: string, srpA?: string, poolName = ''): AuthenticationHelper {
  installModPow()
  const helper: AuthenticationHelper = Object.create(AuthenticationHelper.prototype)
  return Object.assign(helper, constants, {
    poolName,
    smallAValue: integerFromHex(a),
    largeAValue: srpA === undefined ? undefined : integerFromHex(srpA)
  })
}

function publicValue(helper: AuthenticationHelper): string {
  let srpA = ''
  helper.getLargeAValue((error, value) => {
    if (error) throw error
    srpA = value.toString(16)
  })
  return srpA
}

// Gives the big integers of amazon-cognito-identity-js a `modPow` by OpenSSL. The library's own React
// Native build replaces the same method; in pure JavaScript one login blocks the event loop for 200 ms.

/** Without the A that the constructor computes, before it could be computed fast. */
class Constants extends AuthenticationHelper {
  override getLargeAValue(): void {}
}

/** The library's N, g and k. */
export const constants: AuthenticationHelper = new Constants('')

// The package root does not export the class, and a deep import reaches another copy in a bundle.
const prime = constants.N
const Integer = prime.constructor
const libraryModPow = Integer.prototype.modPow

let installed = false

/**
 * Patches the library once per thread. Where no door to OpenSSL gives right answers the library keeps
 * its own arithmetic: slow, never wrong.
 *
 * @returns whether OpenSSL does the work.
 */
export function installModPow(open: typeof openModPow = openModPow): boolean {
  const modPow = installed ? undefined : open(toBytes(prime))
  if (modPow === undefined) return installed
  Integer.prototype.modPow = function (exponent, modulus, callback) {
    const fits = modulus.equals(prime) && exponent.compareTo(prime) < 0
    if (fits) callback(null, power(modPow, this, exponent))
    else libraryModPow.call(this, exponent, modulus, callback)
  }
  installed = true
  return true
}

/** An integer from the hexadecimal text that travels in SRP_B and SALT. */
export function integerFromHex(hex: string): BigInteger {
  return new Integer(hex, 16)
}

/** The protocol hands in negative and oversized bases (B - k * g^x): they are reduced first. */
function power(modPow: ModPow, base: BigInteger, exponent: BigInteger): BigInteger {
  const result = modPow(toBytes(base.mod(prime)), toBytes(exponent))
  return integerFromHex(result.toString('hex'))
}

function toBytes(integer: BigInteger): Buffer {
  const hex = integer.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
