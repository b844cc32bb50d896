import { type Test, test } from 'tap'
import { hashSlot } from '../../src/redis/cluster.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { redisScript } from '../../src/redis/connection.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { until } from '../support/redis-cluster.ts'

/** Takes away what an end takes away, and answers what was there. */
const end = redisScript(`
local record = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
return record`)

function connect(t: Test, url: string, deadline = 3000) {
  const redis = connectRedis({ url, deadline })
  t.teardown(() => redis.close())
  return redis
}

async function replicaOf(t: Test, { port }: TestRedis): Promise<TestRedis> {
  const replica = await startRedis(t, ['--replicaof', '127.0.0.1', `${port}`])
  await until(async () => /link_status:up/.test(String(await replica.cli('INFO', 'replication'))))
  return replica
}

test('O-14 an end is answered once every replica has it', async t => {
  const server = await startRedis(t, ['--repl-diskless-sync-delay', '0'])
  const replicas = [await replicaOf(t, server), await replicaOf(t, server)]
  const redis = connect(t, server.url)
  for (let i = 0; i < 20; i++) {
    await redis.send('key', 'SET', 'key', `${i}`)
    t.equal(String(await redis.runReplicated(end, ['key'], [])), `${i}`, 'what it took away')
    for (const { cli } of replicas) t.equal(await cli('GET', 'key'), null)
  }
})

test('O-14 without replicas an end is answered at once', async t => {
  const server = await startRedis(t)
  const redis = connect(t, server.url)
  await redis.send('key', 'SET', 'key', 'value')
  t.equal(String(await redis.runReplicated(end, ['key'], [])), 'value')
  t.equal(await redis.runReplicated(end, ['key'], []), null)
})

test('O-14 an end that a replica does not confirm is refused, and kept at until it does', async t => {
  const server = await startRedis(t, ['--repl-diskless-sync-delay', '0'])
  const replica = await replicaOf(t, server)
  const redis = connect(t, server.url, 800)
  await redis.send('key', 'SET', 'key', 'value')
  await until(async () => (await replica.cli('GET', 'key')) === 'value')
  replica.freeze()
  const refused = { code: 'store_unavailable', reason: 'redis_not_replicated' }
  await t.rejects(redis.runReplicated(end, ['key'], []), refused)
  t.equal(await server.cli('GET', 'key'), null, 'it holds where it was written')
  await redis.send('other', 'SET', 'other', 'value')
  replica.thaw()
  await until(async () => (await replica.cli('GET', 'key')) === null)
})

test('O-14 an end that met no server is done when there is one again', async t => {
  const server = await startRedis(t, ['--appendonly', 'yes'])
  const redis = connect(t, server.url, 500)
  await redis.send('key', 'SET', 'key', 'value')
  await server.stop()
  const refused = { code: 'store_unavailable', reason: 'redis_failed' }
  await t.rejects(redis.runReplicated(end, ['key'], []), refused)
  await server.start()
  await until(async () => (await server.cli('GET', 'key')) === null)
})

test('slots are those of Redis', async t => {
  // From CLUSTER KEYSLOT of Redis 7.0.
  t.equal(hashSlot('foo'), 12_182)
  t.equal(hashSlot('bff:s:{user}'), 5474)
  t.equal(hashSlot('{}x'), hashSlot('{}x'))
  t.equal(hashSlot('a{user}b'), hashSlot('user'))
})
