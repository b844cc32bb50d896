import { randomBytes } from 'node:crypto'
import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { createSharedSecret } from '../../src/session/shared-secret.ts'
import { startRedis } from '../support/redis.ts'

const [old, next, other] = [randomBytes(32), randomBytes(32), randomBytes(32)]

const refused = { code: 'store_unavailable', reason: 'foreign_shared_secret' }

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

test('O-26 an instance without a key that opens the record is refused, and the record stays as it is', async t => {
  const { secretOf, server } = await instances(t)
  const mine = await secretOf(old)
  const stored = await server.raw('GET', 'bff:secret')
  await t.rejects(secretOf(other, next), refused)
  t.same(await server.raw('GET', 'bff:secret'), stored)
  t.equal(await secretOf(other, old), mine, 'one common key is enough')
  t.equal(await secretOf(other), mine)
})

test('O-26 an instance that runs keeps its secret where another product has replaced the record', async t => {
  const { start, secretOf, server } = await instances(t)
  let now = 0
  const here = start([old], () => now)
  const mine = (await here()).toString('hex')
  await server.cli('FLUSHALL')
  await secretOf(other)
  const stored = await server.raw('GET', 'bff:secret')
  for (let i = 0; i < 20; i += 1) {
    now += 60_000
    t.equal((await here()).toString('hex'), mine)
    await server.cli('PING')
  }
  t.same(await server.raw('GET', 'bff:secret'), stored)
  await t.rejects(secretOf(old), refused)
})

test('a purpose has a secret of its own', async t => {
  const of = createSharedSecret({ prefix: 'bff:', keys: [old] })
  const [one, two] = [await of('limits')(), await of('marks')()]
  t.equal(one.length, 32)
  t.notOk(one.equals(two))
})

test('what Redis has lost is restored, and read again by instances that had another value', async t => {
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

test('O-26 a record that was tampered with, or broke off, is refused', async t => {
  const { secretOf, server } = await instances(t)
  for (const length of [1, 64, 65, 130]) {
    await server.raw('SET', 'bff:secret', randomBytes(length))
    await t.rejects(secretOf(old), refused)
  }
  await server.cli('DEL', 'bff:secret')
  t.ok(await secretOf(old), 'deleted, it is made again')
})

test('a copy that no key of this instance opens is kept beside its own', async t => {
  const { secretOf, server } = await instances(t)
  await secretOf(old, next)
  const foreign = randomBytes(65)
  const stored = await server.raw('GET', 'bff:secret')
  t.ok(Buffer.isBuffer(stored))
  await server.raw('SET', 'bff:secret', Buffer.concat([foreign, Buffer.from(stored as Buffer)]))
  await secretOf(old, other)
  const after = await server.raw('GET', 'bff:secret')
  t.ok(Buffer.isBuffer(after) && after.includes(foreign))
})
