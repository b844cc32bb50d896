/** The server-side functions agree with the vectors that AWS's own clients are tested with. */

import { createHmac } from 'node:crypto'
import { test } from 'tap'
import { g, mod, modPow, N, pad } from '../../emulator/srp/group.ts'
import {
  claim,
  k,
  makeVerifier,
  premaster,
  privateKey,
  scrambler,
  serverPublic,
  sessionKey
} from '../../emulator/srp/proof.ts'
import vectors from '../fixtures/srp-vectors.json' with { type: 'json' }

const hex = (text: string) => BigInt(`0x${text}`)

/** S as a client comes to it; the published vectors hold the client's secrets. */
function clientPremaster(B: bigint, x: bigint, a: bigint, u: bigint): bigint {
  return modPow(B - k * modPow(g, x), a + u * x)
}

test('k is the published one', async t => {
  t.equal(k, hex(vectors.k.hex))
})

test('u is the published one for each pair of public values', async t => {
  for (const { A, B, u } of vectors.u.cases) t.equal(scrambler(hex(A), hex(B)), hex(u))
})

test('S is the published one, also for a salt of 31 digits', async t => {
  for (const { I, password, salt, a, A, B, S } of vectors.S.cases) {
    t.equal(modPow(g, hex(a)), hex(A))
    const x = privateKey(hex(salt), I, password)
    t.equal(clientPremaster(hex(B), x, hex(a), scrambler(hex(A), hex(B))), hex(S))
  }
})

test('every step of the Android vector holds, from a to the key', async t => {
  const { poolName, userId, password, salt, B, ...rest } = vectors.android
  const a = BigInt(rest.a_dec)
  const A = modPow(g, a)
  t.equal(A, BigInt(rest.A_dec))
  const u = scrambler(A, hex(B))
  t.equal(u, BigInt(rest.u_dec))
  const x = privateKey(hex(salt), poolName + userId, password)
  t.equal(x, BigInt(rest.x_dec))
  const S = clientPremaster(hex(B), x, a, u)
  t.equal(S, BigInt(rest.S_dec))
  const key = sessionKey(S, u)
  t.equal(key.toString('base64'), rest.key_b64)
  // The vector signs with the text of the key, not with the key: so does this line.
  const text = Buffer.from(rest.key_b64)
  const block = Buffer.from(rest.secretBlock_b64, 'base64')
  const signature = claim(text, poolName + userId, block, rest.timestamp)
  t.equal(signature.toString('base64'), rest.m1_b64)
})

test('the claim of the .NET vector holds from the password to the signature', async t => {
  const { poolName, userId, password, salt, B, ...rest } = vectors.dotnet
  const a = hex(`${'02'.repeat(1023)}00`)
  const x = privateKey(hex(salt), poolName + userId, password)
  const u = scrambler(modPow(g, a), hex(B))
  const key = sessionKey(clientPremaster(hex(B), x, a, u), u)
  const block = Buffer.from(rest.secretBlock_b64, 'base64')
  const signature = claim(key, poolName + userId, block, rest.timestamp)
  t.equal(signature.toString('base64'), rest.claim_b64)
})

test('the secret hash vector holds', async t => {
  const { message, secret, b64 } = vectors.dotnet.secret_hash
  t.equal(createHmac('sha256', secret).update(message).digest('base64'), b64)
})

test('client and server come to the same S', async t => {
  const [a, b, salt] = [hex('abcdef'.repeat(10)), hex('123457'.repeat(10)), hex('5eed')]
  const { verifier } = makeVerifier(salt, 'Local0001me', 'Correct-Horse-9')
  const [A, B] = [modPow(g, a), serverPublic(b, verifier)]
  const u = scrambler(A, B)
  const x = privateKey(salt, 'Local0001me', 'Correct-Horse-9')
  t.equal(premaster(A, verifier, u, b), clientPremaster(B, x, a, u))
})

test('modPow agrees with plain arithmetic for residues, non-residues and edges', async t => {
  const bases = [0n, 1n, 2n, 5n, N - 1n, N, N + 3n, -7n, 11n ** 900n]
  for (const exponent of [0n, 1n, 2n, 3n, 65_536n, 65_537n, (1n << 130n) + 6n]) {
    for (const base of bases) t.equal(modPow(base, exponent), plain(base, exponent))
  }
})

test('numbers are padded as Java writes them', async t => {
  t.equal(pad(0x7fn).toString('hex'), '7f')
  t.equal(pad(0x80n).toString('hex'), '0080')
  t.equal(pad(0x123n).toString('hex'), '0123')
})

function plain(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)]
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % N
    square = (square * square) % N
  }
  return result
}
