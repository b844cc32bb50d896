/** OpenSSL's modular exponentiation against BigInt's, for every kind of base that SRP can meet. */

import { createHash } from 'node:crypto'
import { AuthenticationHelper } from 'amazon-cognito-identity-js'
import { test } from 'tap'
import { createModPow, type ModPowBackend, rawRsa } from '../../src/cognito/srp/mod-pow.ts'
import {
  computeSessionKey,
  generateEphemeral,
  installModPow,
  integerFromHex
} from '../../src/cognito/srp/srp.ts'
import { isResidue, modPow, prime } from './arithmetic.ts'

const modulus = bytes(prime)

test('raw RSA passes the self-test and agrees with BigInt on every base', async t => {
  const power = createModPow(modulus, [rawRsa]) ?? (() => modulus)
  const bases = [0n, 1n, 2n, 5n, prime - 2n, prime - 1n, ...[1, 2, 3, 4, 5, 6].map(number)]
  t.ok(bases.some(isResidue) && !bases.every(isResidue), 'residues and non-residues')
  for (const base of bases) {
    for (const exponent of [0n, 1n, 2n, 3n, 255n, 256n, number(7) >> 2048n]) {
      const result = power(bytes(base), bytes(exponent))
      t.equal(result.length, modulus.length)
      t.equal(toNumber(result), modPow(base, exponent), `${short(base)} ** ${short(exponent)}`)
    }
  }
})

test('a backend that is wrong for non-residues is passed over', async t => {
  const choosy: ModPowBackend = anyModulus => {
    const right = rawRsa(anyModulus)
    return (base, exponent) => (isResidue(toNumber(base)) ? right(base, exponent) : base)
  }
  t.equal(createModPow(modulus, [choosy]), undefined)
  t.type(createModPow(modulus, [choosy, rawRsa]), 'function')
})

test('a backend that throws is passed over, at set-up or in use', async t => {
  const shut: ModPowBackend = () => {
    throw new Error('no such group')
  }
  const broken: ModPowBackend = () => () => {
    throw new Error('invalid public key')
  }
  t.equal(createModPow(modulus, [shut, broken]), undefined)
})

test('without a correct backend the library keeps its own arithmetic', async t => {
  const { prototype } = new AuthenticationHelper('any').N.constructor
  const original = prototype.modPow
  t.equal(
    installModPow(() => undefined),
    false
  )
  t.equal(prototype.modPow, original)
  t.equal(installModPow(), true)
  t.not(prototype.modPow, original)
  t.equal(installModPow(), true, 'a second time changes nothing')
})

test('the patched method takes negative, oversized and foreign numbers', async t => {
  installModPow()
  const cases: [base: bigint, exponent: bigint, modulus: bigint][] = [
    [-123n, 7n, prime],
    [-number(8), number(9) >> 2048n, prime],
    [prime * 5n + 3n, 9n, prime],
    [prime, 3n, prime],
    [3n, prime + 12n, prime],
    [3n, 1234567n, 1000003n]
  ]
  for (const [base, exponent, modulo] of cases) {
    let result = ''
    const power = integerFromHex(base.toString(16))
    power.modPow(integerFromHex(hex(exponent)), integerFromHex(hex(modulo)), (_, value) => {
      result = value.toString(16)
    })
    t.equal(BigInt(`0x${result}`), modPow(base, exponent, modulo), short(base))
  }
})

test('a login takes three exponentiations: A once, g^x, S', async t => {
  installModPow()
  const { prototype } = new AuthenticationHelper('any').N.constructor
  computeSessionKey({ ...session(), srpB: '7b' })
  const patched = prototype.modPow
  let calls = 0
  prototype.modPow = function (...args) {
    calls += 1
    patched.apply(this, args)
  }
  t.teardown(() => {
    prototype.modPow = patched
  })
  computeSessionKey({ ...session(), srpB: '7b' })
  t.equal(calls, 3)
})

function session() {
  return {
    ephemeral: generateEphemeral(),
    poolName: 'pool',
    userId: 'user',
    password: 'x',
    salt: '1f'
  }
}

/** A fixed number below the prime, by its index. */
function number(index: number): bigint {
  return toNumber(createHash('shake256', { outputLength: 384 }).update(`${index}`).digest()) % prime
}

function bytes(value: bigint): Buffer {
  const digits = hex(value)
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
}

function toNumber(buffer: Buffer): bigint {
  return BigInt(`0x${buffer.toString('hex') || '0'}`)
}

function hex(value: bigint): string {
  return value.toString(16)
}

function short(value: bigint): string {
  const digits = hex(value)
  return digits.length < 12 ? digits : `${digits.slice(0, 8)}... (${digits.length} digits)`
}
