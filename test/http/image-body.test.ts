import { PassThrough } from 'node:stream'
import { test } from 'tap'
import { mostBytes, readImage } from '../../src/http/bodies.ts'

test('a body is read whole, up to its limit', async t => {
  const payload = new PassThrough()
  const image = readImage(payload)
  payload.write(Buffer.alloc(mostBytes - 1, 'a'))
  payload.end('b')
  t.equal((await image).length, mostBytes)
})

test('a body that is too large is read to its end before it is refused', async t => {
  const payload = new PassThrough()
  const image = t.rejects(readImage(payload), { code: 'payload_too_large' })
  payload.write(Buffer.alloc(mostBytes + 1))
  payload.end('the rest')
  await image
  t.equal(payload.readableEnded, true)
})

test('a body without an end is given up', async t => {
  const payload = new PassThrough()
  const image = t.rejects(readImage(payload), { code: 'payload_too_large' })
  for (let i = 0; i < 33; i += 1) payload.write(Buffer.alloc(mostBytes))
  await image
  t.equal(payload.destroyed, true)
})

test('a client that breaks off is not our failure', async t => {
  const payload = new PassThrough()
  const image = t.rejects(readImage(payload), { code: 'invalid_request' })
  payload.write('half')
  payload.destroy(new Error('aborted'))
  await image
})
