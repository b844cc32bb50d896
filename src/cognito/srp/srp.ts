/**
 * The costly steps of Cognito's SRP-6a: the public value that is sent first, and the session key.
 *
 * amazon-cognito-identity-js does the protocol (its AuthenticationHelper; never its CognitoUser, which
 * keeps tokens in a store shared by the whole process), OpenSSL the arithmetic.
 */

import { randomBytes } from 'node:crypto'
import { AuthenticationHelper } from 'amazon-cognito-identity-js'
import { constants, installModPow, integerFromHex } from '../big-integer.ts'

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
