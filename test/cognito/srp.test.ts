/** The protocol steps against vectors published by AWS in its client libraries. */

import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { AuthenticationHelper } from 'amazon-cognito-identity-js'
import { test } from 'tap'
import { claimSignature, claimTimestamp } from '../../src/cognito/password-login.ts'
import { computeSessionKey, generateEphemeral, integerFromHex } from '../../src/cognito/srp/srp.ts'
import vectors from '../fixtures/srp-vectors.json' with { type: 'json' }
import { modPow, prime } from './arithmetic.ts'

test('k is the published one', async t => {
  t.equal(new AuthenticationHelper('any').k.toString(16), vectors.k.hex)
})

test('u is the published one for each pair of public values', async t => {
  const helper = new AuthenticationHelper('any')
  for (const { A, B, u } of vectors.u.cases) {
    t.equal(helper.calculateU(integerFromHex(A), integerFromHex(B)).toString(16), u)
  }
})

test('the session key comes from the published shared secret', async t => {
  for (const { I, password, salt, a, A, B, S } of vectors.S.cases) {
    const ephemeral = { a, srpA: A }
    // The vector names the identity as one string; how it is split does not matter to the hash.
    const input = { ephemeral, poolName: I, userId: '', password, srpB: B, salt }
    t.same(Buffer.from(computeSessionKey(input)), keyFrom(S, A, B), `salt of ${salt.length} digits`)
  }
})

test('the session key is that of the Android library', async t => {
  const { poolName, userId, password, salt, B, key_b64 } = vectors.android
  const a = BigInt(vectors.android.a_dec)
  const A = BigInt(vectors.android.A_dec)
  t.equal(modPow(2n, a), A, 'a gives A')
  const ephemeral = { a: a.toString(16), srpA: A.toString(16) }
  const key = computeSessionKey({ ephemeral, poolName, userId, password, srpB: B, salt })
  t.equal(Buffer.from(key).toString('base64'), key_b64)
})

test('the claim is that of the .NET library', async t => {
  const { poolName, userId, password, salt, B, B_for_key, key_b64 } = vectors.dotnet
  // The vector's private number: 1,023 bytes of 2 and one of 0, far longer than the prime.
  const a = BigInt(`0x${'02'.repeat(1023)}00`)
  const ephemeral = { a: a.toString(16), srpA: modPow(2n, a).toString(16) }
  const input = { ephemeral, poolName, userId, password, salt }
  const secretBlock = vectors.dotnet.secretBlock_b64
  const { timestamp } = vectors.dotnet
  const key = computeSessionKey({ ...input, srpB: B })
  const claim = claimSignature({ key, poolName, userId, secretBlock, timestamp })
  t.equal(claim, vectors.dotnet.claim_b64)
  const other = computeSessionKey({ ...input, srpB: B_for_key })
  t.equal(Buffer.from(other).toString('base64'), key_b64)
})

test('the claim over the Android vector uses the key, not its text', async t => {
  const { key_b64, poolName, userId, secretBlock_b64: secretBlock, timestamp } = vectors.android
  const claim = (key: Buffer) => claimSignature({ key, poolName, userId, secretBlock, timestamp })
  t.equal(claim(Buffer.from(key_b64, 'utf8')), vectors.android.m1_b64, 'as that test keys it')
  t.equal(
    claim(Buffer.from(key_b64, 'base64')),
    'ehnqdfUzwXcTYDzTtjDIe5nbKwsHuC0I9LhPfsYQ9qM=',
    'as Cognito does'
  )
})

test('every run has another private number, and A belongs to it', async t => {
  const first = generateEphemeral()
  const second = generateEphemeral()
  t.not(first.a, second.a)
  t.match(first.a, /^[0-9a-f]{64}$/, '256 random bits, as RFC 5054 asks')
  t.equal(BigInt(`0x${first.srpA}`), modPow(2n, BigInt(`0x${first.a}`)))
})

test('a B of 0 modulo N is refused', async t => {
  const input = {
    ephemeral: generateEphemeral(),
    poolName: 'pool',
    userId: 'user',
    password: 'x',
    salt: '1f'
  }
  for (const srpB of ['0', prime.toString(16)]) {
    t.throws(() => computeSessionKey({ ...input, srpB }), { message: 'B cannot be zero.' })
  }
})

test('a wrong password gives a key like any other, for every server number', async t => {
  const input = { ephemeral: generateEphemeral(), poolName: 'pool', userId: 'user', salt: '1f' }
  const keys = Array.from({ length: 30 }, (_, index) =>
    computeSessionKey({
      ...input,
      password: `wrong ${index}`,
      srpB: randomBytes(383).toString('hex')
    })
  )
  t.ok(keys.every(key => key.length === 16))
  t.equal(new Set(keys.map(key => Buffer.from(key).toString('hex'))).size, 30)
})

test('the timestamp of a claim has no zero before the day', async t => {
  t.equal(claimTimestamp(Date.UTC(2017, 5, 5, 7, 0, 9)), 'Mon Jun 5 07:00:09 UTC 2017')
  t.equal(claimTimestamp(Date.UTC(2026, 10, 22, 23, 59, 59)), 'Sun Nov 22 23:59:59 UTC 2026')
  t.equal(claimTimestamp(Date.UTC(2024, 1, 29)), 'Thu Feb 29 00:00:00 UTC 2024')
})

/** HKDF over the shared secret, written down from the protocol and not from the library. */
function keyFrom(S: string, A: string, B: string): Buffer {
  const u = createHash('sha256')
    .update(Buffer.concat([pad(A), pad(B)]))
    .digest('hex')
  return Buffer.from(hkdfSync('sha256', pad(S), pad(u), 'Caldera Derived Key', 16))
}

/** Big-endian with a zero byte before a set top bit, as Java's BigInteger.toByteArray does. */
function pad(hex: string): Buffer {
  const digits = BigInt(`0x${hex}`).toString(16)
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex')
}
