import { randomBytes } from 'node:crypto'
import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { createSharedSecret } from '../../src/session/shared-secret.ts'
import { startRedis } from '../support/redis.ts'

const [old, next, other] = [randomBytes(32), randomBytes(32), randomBytes(32)]

/** The secret as an instance with these keys has it that has just started. */
async function instances(t: Test) {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 10_000 })
  t.teardown(() => redis.close())
  const start = (keys: readonly Buffer[], clock = Date.now) =>
    createSharedSecret({ redis, prefix: 'bff:', keys, clock })('test')
  const secretOf = async (...keys: Buffer[]) => (await start(keys)()).toString('hex')
  return { server, start, secretOf }
}

test('O-09 each step of a rotation keeps the secret, whatever the order of the keys', async t => {
  const { secretOf, server } = await instances(t)
  const first = await secretOf(old)
  t.equal(await secretOf(old, next), first, 'the new key at the end')
  t.equal(await secretOf(old), first, 'an instance that has not been restarted')
  t.equal(await secretOf(next, old), first, 'the new key in front')
  t.equal(await secretOf(next), first, 'without the old key')
  t.equal(await secretOf(other, next), first, 'and so on')
  t.not(await secretOf(old), undefined)
  const stored = await server.raw('GET', 'bff:secret')
  t.ok(Buffer.isBuffer(stored) && !stored.includes(Buffer.from(first, 'hex')), 'it is sealed')
})

test('O-09 the new key in front in one step keeps it as well', async t => {
  const { secretOf } = await instances(t)
  const first = await secretOf(old)
  t.equal(await secretOf(next, old), first)
  t.equal(await secretOf(next), first)
})

test('instances that start together agree', async t => {
  const { secretOf } = await instances(t)
  const all = await Promise.all([secretOf(old), secretOf(next, old), secretOf(old, next, other)])
  t.equal(all[1], all[0])
})

test('instances without a common key have secrets of their own, and keep them', async t => {
  const { secretOf } = await instances(t)
  const [mine, theirs] = [await secretOf(old), await secretOf(other)]
  t.not(theirs, mine)
  t.equal(await secretOf(old), mine)
  t.equal(await secretOf(next, old), mine)
  t.equal(await secretOf(other), theirs)
})

test('a purpose has a secret of its own', async t => {
  const of = createSharedSecret({ prefix: 'bff:', keys: [old] })
  const [one, two] = [await of('limits')(), await of('marks')()]
  t.equal(one.length, 32)
  t.notOk(one.equals(two))
})

test('what Redis has lost comes back, and is read anew by those who had another', async t => {
  const { start, secretOf, server } = await instances(t)
  let now = 0
  const here = start([next, old], () => now)
  const mine = (await here()).toString('hex')
  await server.cli('FLUSHALL')
  const fresh = await secretOf(old, next)
  t.not(fresh, mine)
  now += 60_000
  await here()
  for (let i = 0; i < 200 && (await here()).toString('hex') === mine; i += 1)
    await server.cli('PING')
  t.equal((await here()).toString('hex'), fresh)
})

test('a value that no key opens, or that was tampered with, is kept beside a new copy', async t => {
  const { secretOf, server } = await instances(t)
  const foreign = randomBytes(65)
  await server.raw('SET', 'bff:secret', foreign)
  const mine = await secretOf(old)
  const stored = await server.raw('GET', 'bff:secret')
  t.ok(Buffer.isBuffer(stored) && stored.subarray(0, 65).equals(foreign))
  t.equal(await secretOf(old), mine)
})
