/**
 * The computations of Cognito's SRP-6a: the public value A that is sent first, and the session key.
 *
 * amazon-cognito-identity-js implements the protocol (its AuthenticationHelper; never its CognitoUser, which
 * keeps tokens in storage shared by the whole process), and OpenSSL the modular exponentiation.
 */
import { randomBytes } from 'node:crypto'
import { AuthenticationHelper, type BigInteger } from 'amazon-cognito-identity-js'
import { createModPow, type ModPow } from './mod-pow.ts'

/** The client's key pair for one run of the protocol. Secret: with `a` the session key can be computed. */
export interface Ephemeral {
  /** The private number, hexadecimal. */
  readonly a: string
  /** The public number, `SRP_A` of InitiateAuth: hexadecimal without leading zeros. */
  readonly srpA: string
}

/** The inputs of the session key: the client's key pair, the server's challenge, and the password. */
export interface SessionKeyInput {
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
 * RFC 5054 section 2.5.4 requires at least 256 bits, and NIST SP 800-56A twice the strength of the group,
 * which is 128 bits. The library generates 1,024 bits, which costs 2.6 times the work of a whole login.
 */
const ephemeralBytes = 32

/** The computations, on this thread or on another one. */
export interface SrpArithmetic {
  generateEphemeral(): Promise<Ephemeral>
  /** As `computeSessionKey`. */
  computeSessionKey(input: SessionKeyInput): Promise<Uint8Array>
  close(): void
}

/** Generates `a` at random and computes A = g^a. */
export function generateEphemeral(): Ephemeral {
  const a = randomBytes(ephemeralBytes).toString('hex')
  return { a, srpA: publicValue(helperFor(a)) }
}

/**
 * The session key: 16 bytes, derived from the shared secret by HKDF.
 *
 * @throws Error where the server's numbers are illegal (B or u is 0).
 */
export function computeSessionKey(input: SessionKeyInput): Uint8Array {
  const { a, srpA } = input.ephemeral
  const helper = helperFor(a, srpA, input.poolName)
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
  // The library calls back synchronously.
  if (key === undefined) throw new Error('SRP gave no session key')
  return key
}

/** Computes on the calling thread, for tests: each login blocks it for milliseconds. */
export const sameThreadSrp: SrpArithmetic = {
  generateEphemeral: async () => generateEphemeral(),
  computeSessionKey: async input => computeSessionKey(input),
  close: () => undefined
}

/** The library's helper with a given private number, and with A where that is known already. */
function helperFor(a: string, srpA?: string, poolName = ''): AuthenticationHelper {
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

/** Skips the A that the constructor computes, with the slow `modPow` that is not replaced yet. */
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
 * Replaces `modPow` of the library's big integers by OpenSSL's, once per thread, as the library's own React Native
 * build does: in JavaScript one login takes 200 ms. Where no backend passes the self-test the library keeps its
 * own arithmetic, which is slow and correct.
 *
 * @returns whether OpenSSL is used.
 */
export function installModPow(create = createModPow): boolean {
  const modPow = installed ? undefined : create(toBytes(prime))
  if (modPow === undefined) return installed
  Integer.prototype.modPow = function (exponent, modulus, callback) {
    const fits = modulus.equals(prime) && exponent.compareTo(prime) < 0
    if (fits) callback(null, reducedPower(modPow, this, exponent))
    else libraryModPow.call(this, exponent, modulus, callback)
  }
  installed = true
  return true
}

/** An integer from hexadecimal digits, the form of SRP_B and SALT. */
export function integerFromHex(hex: string): BigInteger {
  return new Integer(hex, 16)
}

/** The protocol has negative and oversized bases (B - k * g^x): they are reduced modulo N first. */
function reducedPower(modPow: ModPow, base: BigInteger, exponent: BigInteger): BigInteger {
  const result = modPow(toBytes(base.mod(prime)), toBytes(exponent))
  return integerFromHex(result.toString('hex'))
}

function toBytes(integer: BigInteger): Buffer {
  const hex = integer.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
