/** The client's side of one SRP login: the library as it is, ours, and OpenSSL alone. In turns, by CPU time. */
import { createPublicKey, constants as crypto, publicEncrypt, randomBytes } from 'node:crypto'
import { AuthenticationHelper, type BigInteger } from 'amazon-cognito-identity-js'
import { constants, integerFromHex } from '../src/cognito/big-integer.ts'
import { begin, sessionKey } from '../src/cognito/srp.ts'
import { median } from './rounds.ts'

export interface SrpFigure {
  readonly name: string
  /** CPU time of one login in ms. */
  readonly ms: number
}

const poolName = 'Local0001'
const userId = 'demo'
const password = 'Correct-Horse-9'
const salt = randomBytes(16).toString('hex')

/** The library is patched once per thread, so its own figures are taken first, and twice. */
export function measureSrp(rounds: number): SrpFigure[] {
  const N = constants.N.toString(16)
  const srpB = randomBytes(383).toString('hex')
  const stock = Array.from({ length: 2 * Math.min(rounds, 3) }, () => cpu(() => library(srpB)))
  const ours: number[] = []
  const openSsl: number[] = []
  cpu(() => service(srpB))
  for (let round = 0; round < rounds * 10; round++) {
    ours.push(cpu(() => service(srpB)))
    openSsl.push(cpu(() => powers(N)))
  }
  return [
    { name: 'amazon-cognito-identity-js as it is', ms: median(stock) },
    { name: 'service', ms: median(ours) },
    { name: 'bare OpenSSL, the same exponents', ms: median(openSsl) }
  ]
}

function cpu(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function library(srpB: string): void {
  const helper = new AuthenticationHelper(poolName)
  helper.getLargeAValue(fail)
  const b: BigInteger = integerFromHex(srpB)
  helper.getPasswordAuthenticationKey(userId, password, b, integerFromHex(salt), fail)
}

function fail(error: Error | null): void {
  if (error) throw error
}

function service(srpB: string): void {
  sessionKey({ ephemeral: begin(), poolName, userId, password, srpB, salt })
}

/** g^a, g^x and the power of the key: exponents of 256, 256 and about 512 bits. */
function powers(modulus: string): void {
  const n = Buffer.from(modulus, 'hex')
  for (const bytes of [32, 32, 64]) {
    const exponent = randomBytes(bytes)
    exponent[0] = 0x7f
    exponent[bytes - 1] = 1
    const jwk = { kty: 'RSA', n: n.toString('base64url'), e: exponent.toString('base64url') }
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const base = Buffer.concat([Buffer.alloc(1), randomBytes(n.length - 1)])
    publicEncrypt({ key, padding: crypto.RSA_NO_PADDING }, base)
  }
}
