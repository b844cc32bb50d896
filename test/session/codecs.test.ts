import fc from 'fast-check'
import { test } from 'tap'
import type { SessionData } from '../../src/auth/session.ts'
import { decodeData, decodeTokens, encodeData, encodeTokens } from '../../src/session/codecs.ts'
import { decodeRecord, encodeRecord, nextVersion } from '../../src/session/record.ts'
import { newTokens, newUser, pending, signedIn, testClock } from '../contract/session-fixtures.ts'

const clock = testClock()
const instant = fc.nat(2 ** 48 - 1)
const anyString = fc.string({ unit: 'binary', maxLength: 200 })

test('tokens of any characters survive packing', async t => {
  const segment = fc.oneof(
    anyString,
    fc.base64String(),
    fc.constantFrom('', 'A', 'AB', 'eyJ', '\ud800')
  )
  const token = fc.array(segment).map(segments => segments.join('.'))
  fc.assert(
    fc.property(token, token, instant, (accessToken, refreshToken, accessExpiresAt) => {
      const tokens = { accessToken, refreshToken, accessExpiresAt }
      t.same(decodeTokens(encodeTokens(tokens)), tokens)
    })
  )
})

test('packing takes a quarter off a JWT', async t => {
  const tokens = newTokens(clock)
  const plain = tokens.accessToken.length + tokens.refreshToken.length
  t.ok(encodeTokens(tokens).length <= plain * 0.75 + 40)
})

test('bytes that are not tokens are refused, what later versions append is not', async t => {
  const packed = encodeTokens(newTokens(clock))
  t.equal(decodeTokens(Buffer.alloc(0)), null)
  for (const length of [7, 8, 9, 100, packed.length - 1]) {
    t.equal(decodeTokens(packed.subarray(0, length)), null, `${length} bytes`)
  }
  t.equal(decodeTokens(Buffer.concat([Buffer.of(2), packed.subarray(1)])), null)
  t.same(decodeTokens(Buffer.concat([packed, Buffer.from('more')])), decodeTokens(packed))
})

test('session data survives writing, with fields that are not known yet', async t => {
  const name = anyString.filter(name => name !== 'toJSON')
  const later = fc.dictionary(name, fc.jsonValue())
  fc.assert(
    fc.property(later, later, (fields, ofUser) => {
      const user = { ...ofUser, ...newUser() }
      for (const data of [
        { ...fields, ...signedIn(clock, user) },
        { ...fields, ...pending(clock) }
      ]) {
        t.same(decodeData(encodeData(data)), JSON.parse(JSON.stringify(data)))
      }
    })
  )
})

test('an older and a newer instance read what this one writes, and the reverse', async t => {
  // Written down on purpose: records like this are in the stores of running services.
  const written = '[1,"authenticated",1,2,{},"H",3,["S","a@b.c",true,["g"],{"givenName":"A"}]]'
  const user = { sub: 'S', email: 'a@b.c', emailVerified: true, groups: ['g'], givenName: 'A' }
  const data: SessionData = {
    kind: 'authenticated',
    handle: 'H',
    user,
    createdAt: 1,
    expiresAt: 2,
    authenticatedAt: 3
  }
  t.equal(encodeData(data).toString(), written)
  t.same(decodeData(Buffer.from(written)), data)
  const newer = written.replace('{},', '{"mfa":["totp"]},').replace(']]', '],"appended"]')
  t.same(decodeData(Buffer.from(newer)), { ...data, mfa: ['totp'] })
})

test('what is not session data of this version is refused', async t => {
  const user = ['S', 'a@b.c', true, [], {}]
  const bad = [
    {},
    [],
    [2, 'pending', 1, 2, {}],
    [1, 'other', 1, 2, {}],
    [1, 'pending', 1],
    [1, 'pending', 1, 2],
    [1, 'authenticated', 1, 2, {}],
    [1, 'authenticated', 1, 2, {}, 'H', 3],
    [1, 'authenticated', 1, 2, {}, 'H', 'x', user],
    [1, 'authenticated', 1, 2, {}, 'H', 3, user.slice(0, 4)],
    [1, 'authenticated', 1, 2, {}, 'H', 3, ['S', 'a@b.c', 'true', [], {}]],
    [1, 'authenticated', 1, 2, {}, 'H', 3, ['S', 'a@b.c', true, [1], {}]]
  ]
  for (const data of bad) t.equal(decodeData(Buffer.from(JSON.stringify(data))), null)
})

test('a record survives encoding', async t => {
  const version = fc.nat(2 ** 32 - 1)
  const part = fc.uint8Array().map(bytes => Buffer.from(bytes))
  fc.assert(
    fc.property(
      fc.record({
        sessionVersion: version,
        tokensVersion: version,
        lastSeenAt: instant,
        session: part,
        tokens: part
      }),
      record => t.same(decodeRecord(encodeRecord(record)), record)
    )
  )
  t.equal(nextVersion(2 ** 32 - 1), 0)
})
