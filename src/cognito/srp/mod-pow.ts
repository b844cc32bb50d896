/**
 * Modular exponentiation by OpenSSL for the modulus of Cognito's SRP, behind a self-test.
 *
 * With a wrong password SRP raises a random element to a power, and in half of the cases that element
 * is a quadratic non-residue, which several of Node's interfaces to OpenSSL reject or compute wrongly,
 * depending on the version of Node. A backend is used only after it has passed known-answer tests with
 * both kinds of base.
 */

import {
  constants,
  createDiffieHellman,
  createHash,
  createPublicKey,
  publicEncrypt
} from 'node:crypto'

/** `base ** exponent mod N`, big-endian. The base is below N; the result has the length of N. */
export type ModPow = (base: Buffer, exponent: Buffer) => Buffer

/** Creates a ModPow for a modulus, with all its set-up cost. */
export type ModPowBackend = (modulus: Buffer) => ModPow

/**
 * Raw RSA: encryption without padding is exactly `base ** exponent mod modulus`. No set-up cost.
 * Its time depends on the exponent: `a`, new at each login, and x, a salted hash of the password. To learn
 * x, an attacker would have to time many logins of the same user to the microsecond from outside the process.
 * Accepted: the constant-time backend takes 1.7 s to set up on some versions of Node.
 */
export const rawRsa: ModPowBackend = modulus => (base, exponent) => {
  const jwk = {
    kty: 'RSA',
    n: modulus.toString('base64url'),
    e: exponent.toString('base64url')
  }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, leftPad(base, modulus.length))
}

/**
 * Diffie-Hellman with the base as the peer's public key. The generator is not used; it is 5 instead of 2
 * because OpenSSL recognises the group with 2 and then rejects bases outside its subgroup. The set-up
 * tests N for primality, which takes more than a second.
 */
export const diffieHellman: ModPowBackend = modulus => {
  const group = createDiffieHellman(modulus, 5)
  return (base, exponent) => {
    group.setPrivateKey(exponent)
    return leftPad(group.computeSecret(base), modulus.length)
  }
}

/**
 * The first backend that passes the self-test, with the trivial bases and exponents that backends disagree
 * on handled before it. Undefined where none passes: then the SRP library keeps its own arithmetic.
 */
export function createModPow(
  modulus: Buffer,
  backends: readonly ModPowBackend[] = [rawRsa, diffieHellman]
): ModPow | undefined {
  for (const backend of backends) {
    const modPow = tryBackend(backend, modulus)
    if (modPow !== undefined) return modPow
  }
  return undefined
}

function tryBackend(backend: ModPowBackend, modulus: Buffer): ModPow | undefined {
  try {
    const modPow = withTrivialCases(modulus, backend(modulus))
    return knownAnswers.every(answer => isCorrect(modPow, answer)) ? modPow : undefined
  } catch {
    // A backend that throws fails the self-test; the next one is tried.
    return undefined
  }
}

/** 0, 1 and N-1 as base and 0 as exponent: DH rejects them, and RSA keys cannot hold them. */
function withTrivialCases(modulus: Buffer, modPow: ModPow): ModPow {
  const size = modulus.length
  const one = leftPad(Buffer.from([1]), size)
  const minusOne = Buffer.from(modulus)
  minusOne[size - 1] = (modulus[size - 1] ?? 0) - 1 // N is odd: nothing to borrow.
  return (base, exponent) => {
    const power = withoutLeadingZeros(exponent)
    if (power.length === 0) return one
    const padded = leftPad(base, size)
    if (padded.equals(one) || padded.every(byte => byte === 0)) return padded
    if (padded.equals(minusOne)) return isOdd(power) ? padded : one
    return power.length === 1 && power[0] === 1 ? padded : modPow(padded, power)
  }
}

interface KnownAnswer {
  readonly base: string
  readonly exponent: string
  readonly sha256: string
}

/**
 * The inputs are SHAKE-256 of a label (384 bytes for a base, 128 for an exponent), and `sha256` is the hash of
 * the result, computed with Python's `pow`. The labels name the kind of number.
 */
const knownAnswers: readonly KnownAnswer[] = [
  {
    base: 'a residue',
    exponent: 'odd',
    sha256: '03c095a4102b092d38f5201592d5bcdb4094a0740a373b8bcba91039e69a06db'
  },
  {
    base: 'a residue',
    exponent: 'even',
    sha256: 'e644572ad7f8115d09517efd4f49a8414f74b25e547b20ac316257243e6a0071'
  },
  {
    base: 'a non-residue',
    exponent: 'odd',
    sha256: '34533ced7b9366e744883ec56574ee43aff37f8c7adb854a2281ff7e58500414'
  },
  {
    base: 'a non-residue',
    exponent: 'even',
    sha256: '7949c58e120e695096b3079824c6dd8832f948090ad3369b664f8cf1d169a105'
  }
]

function isCorrect(modPow: ModPow, answer: KnownAnswer): boolean {
  const result = modPow(shake256(answer.base, 384), shake256(answer.exponent, 128))
  return createHash('sha256').update(result).digest('hex') === answer.sha256
}

function shake256(label: string, size: number): Buffer {
  return createHash('shake256', { outputLength: size }).update(label).digest()
}

function leftPad(bytes: Buffer, size: number): Buffer {
  return bytes.length === size ? bytes : Buffer.concat([Buffer.alloc(size - bytes.length), bytes])
}

function withoutLeadingZeros(bytes: Buffer): Buffer {
  const first = bytes.findIndex(byte => byte !== 0)
  return first === -1 ? Buffer.alloc(0) : bytes.subarray(first)
}

function isOdd(bytes: Buffer): boolean {
  return ((bytes.at(-1) ?? 0) & 1) === 1
}
