import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'tap'
import { open, seal, sealedWith, sealOverhead } from '../../src/session/crypto.ts'

const key = randomBytes(32)
const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array))

test('what was sealed opens under the same key and label', async t => {
  fc.assert(
    fc.property(
      bytes,
      fc.string({ unit: 'binary' }),
      fc.nat(2 ** 32 - 1),
      (plain, label, keyId) => {
        const sealed = seal(key, keyId, label, plain)
        return (
          open(key, label, sealed)?.equals(plain) === true &&
          sealedWith(sealed) === keyId &&
          sealed.length === plain.length + sealOverhead
        )
      }
    )
  )
  t.pass()
})

test('under another key or label nothing opens', async t => {
  const sealed = seal(key, 7, 'session', Buffer.from('plain'))
  t.equal(open(randomBytes(32), 'session', sealed), null)
  t.equal(open(key, 'tokens', sealed), null)
})

test('a change of any bit is noticed', async t => {
  const sealed = seal(key, 7, 'session', Buffer.from('a session'))
  const bits = fc.nat(sealed.length * 8 - 1)
  fc.assert(
    fc.property(bits, bit => {
      const changed = Buffer.from(sealed)
      changed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return open(key, 'session', changed) === null
    }),
    { numRuns: 1000 }
  )
  t.pass()
})

test('what is not sealed is not opened', async t => {
  fc.assert(fc.property(bytes, anything => open(key, 'session', anything) === null))
  t.equal(sealedWith(Buffer.alloc(0)), undefined)
  t.equal(sealedWith(Buffer.alloc(sealOverhead - 1, 1)), undefined)
})

test('the same text never is sealed alike twice', async t => {
  const sealed = Array.from({ length: 100 }, () => seal(key, 7, 'session', Buffer.from('same')))
  t.equal(new Set(sealed.map(one => one.toString('hex'))).size, 100)
})
