import { hkdfSync, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'tap'
import { hkdfInfo, hkdfSalt, keyRing, type Purpose } from '../../src/session/crypto.ts'

test('a derived key is what hkdfSync derives from the same inputs', async t => {
  const purpose = fc.constantFrom<Purpose>('session', 'device', 'shared-secret')
  const master = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes))
  fc.assert(
    fc.property(master, purpose, fc.string({ unit: 'binary' }), (key, purpose, secret) => {
      const ours = keyRing([key]).newest.derive(purpose, secret)
      const theirs = hkdfSync('sha256', key, hkdfSalt, hkdfInfo(purpose, secret), 32)
      return ours.equals(Buffer.from(theirs))
    })
  )
  t.pass()
})

test('keys differ with master key, purpose and secret', async t => {
  const [one, other] = [keyRing([randomBytes(32)]).newest, keyRing([randomBytes(32)]).newest]
  const derived = [
    one.derive('session', 'id'),
    one.derive('session', 'other id'),
    one.derive('device', 'id'),
    other.derive('session', 'id')
  ]
  t.equal(new Set(derived.map(key => key.toString('hex'))).size, derived.length)
})

test('the first key is the newest, and each is found by its id', async t => {
  const keys = [randomBytes(32), randomBytes(32), randomBytes(32)]
  const ring = keyRing(keys)
  t.equal(ring.newest.id, keyRing(keys.slice(0, 1)).newest.id)
  for (const key of keys) {
    const { id } = keyRing([key]).newest
    t.same(ring.find(id)?.derive('session', 'x'), keyRing([key]).newest.derive('session', 'x'))
  }
  t.equal(ring.find(keyRing([randomBytes(32)]).newest.id), undefined)
})

test('keys of another length, and none, are refused without being shown', async t => {
  t.throws(() => keyRing([]), TypeError)
  t.throws(() => keyRing([Buffer.from('sesame')]), { message: /^(?!.*sesame)/ })
  t.throws(() => keyRing([randomBytes(32), randomBytes(31)]), TypeError)
})
