/**
 * The client's steps of Cognito's SRP-6a: what is sent first, and the proof that answers the server.
 *
 * amazon-cognito-identity-js does the protocol (its AuthenticationHelper; never its CognitoUser, which
 * keeps tokens in a store shared by the whole process), OpenSSL the arithmetic.
 */

import { createHmac } from 'node:crypto'
import { AuthenticationHelper } from 'amazon-cognito-identity-js'
import { installModPow, integerFromHex } from './big-integer.ts'

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

/** The costly steps, wherever they run. */
export interface SrpArithmetic {
  begin(): Promise<Ephemeral>
  /** @throws Error where the server's numbers are illegal (B or u is 0). */
  sessionKey(input: KeyInput): Promise<Uint8Array>
}

/** Draws `a` (1,024 random bits, the library's choice) and computes A from it, once. */
export function begin(): Ephemeral {
  installModPow()
  const helper = new AuthenticationHelper('any')
  return { a: helper.smallAValue.toString(16), srpA: publicValue(helper) }
}

/**
 * The session key: 16 bytes, HKDF of the shared secret.
 *
 * @throws Error where the server's numbers are illegal (B or u is 0).
 */
export function sessionKey(input: KeyInput): Uint8Array {
  const helper = resume(input.ephemeral, input.poolName)
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

/** Does the arithmetic on the calling thread. */
export const onThisThread: SrpArithmetic = {
  begin: async () => begin(),
  sessionKey: async input => sessionKey(input)
}

export interface ClaimInput {
  readonly key: Uint8Array
  readonly poolName: string
  readonly userId: string
  /** SECRET_BLOCK of the challenge, base64. */
  readonly secretBlock: string
  readonly timestamp: string
}

/** PASSWORD_CLAIM_SIGNATURE: the proof that the key is known. */
export function claimSignature(input: ClaimInput): string {
  return createHmac('sha256', input.key)
    .update(`${input.poolName}${input.userId}`, 'utf8')
    .update(Buffer.from(input.secretBlock, 'base64'))
    .update(input.timestamp, 'utf8')
    .digest('base64')
}

/**
 * TIMESTAMP of the claim, like `Mon Jun 5 07:00:09 UTC 2017`. Cognito signs its own rendering of the
 * instant, which has no zero before the day: `05` would be answered like a wrong password.
 *
 * @param now milliseconds since the epoch.
 */
export function claimTimestamp(now: number): string {
  const [weekday, day, month, year, time] = new Date(now).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
}

/** Its constants are copied into every resumed run: constructing a helper would compute an A anew. */
let template: AuthenticationHelper | undefined

function resume({ a, srpA }: Ephemeral, poolName: string): AuthenticationHelper {
  installModPow()
  template ??= new AuthenticationHelper('any')
  const helper: AuthenticationHelper = Object.create(AuthenticationHelper.prototype)
  return Object.assign(helper, template, {
    poolName,
    smallAValue: integerFromHex(a),
    largeAValue: integerFromHex(srpA)
  })
}

/** A, which the constructor has computed: the helper remembers it. */
function publicValue(helper: AuthenticationHelper): string {
  let srpA = ''
  helper.getLargeAValue((error, value) => {
    if (error) throw error
    srpA = value.toString(16)
  })
  return srpA
}
