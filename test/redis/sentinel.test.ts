import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import type { RedisConnection } from '../../src/redis/connection.ts'
import type { RedisEvent } from '../../src/redis/options.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import {
  asSignedIn,
  newId,
  newTokens,
  signedIn,
  storeIn,
  testClock
} from '../contract/session-fixtures.ts'
import { replicated, until } from '../support/redis-cluster.ts'
import { freePort } from '../support/redis-process.ts'
import { startSentinel, type TestSentinel } from '../support/redis-sentinel.ts'

/** A store on servers behind a sentinel; the first sentinel of the list is not there. */
async function open(t: Test, { address, name }: TestSentinel, serverUrl?: string) {
  const events: RedisEvent[] = []
  const redis = connectRedis({
    sentinels: [`127.0.0.1:${await freePort()}`, address],
    sentinelName: name,
    onEvent: event => events.push(event),
    ...(serverUrl && { serverUrl })
  })
  const backend = redisBackend(redis)
  t.teardown(() => backend.close())
  const clock = testClock()
  const store = storeIn({ backends: [backend, backend], clock, pass: async () => {} })
  return { redis, store, clock, events }
}

const works = (redis: RedisConnection) => () =>
  redis.ping().then(
    () => true,
    () => false
  )

for (const trouble of ['killed', 'frozen'] as const) {
  test(`sessions survive a fail-over by sentinels, the master being ${trouble}`, async t => {
    const servers = await startSentinel(t)
    const { redis, store, clock, events } = await open(t, servers)
    await until(works(redis))
    const id = newId()
    const session = asSignedIn(await store.create(id, signedIn(clock), newTokens(clock)))
    await store.update(session, session.data)
    await replicated(servers.master, servers.replica)
    if (trouble === 'killed') await servers.master.stop()
    else servers.master.freeze()
    await t.rejects(store.read(id), { code: 'store_unavailable' })
    await until(works(redis))
    t.same((await store.read(id))?.tokens(), session.tokens())
    t.equal(await store.update(session, session.data), 'written', 'scripts work on the new master')
    t.match(String(await servers.replica.cli('ROLE')), /^master/)
    t.same(
      events.map(({ type }) => type),
      ['redis_up', 'redis_down', 'redis_up']
    )
    servers.master.thaw()
  })
}

test('servers may want a password that the sentinel does not', async t => {
  const password = ['--requirepass', 'open-sesame', '--masterauth', 'open-sesame']
  const servers = await startSentinel(t, password, 'open-sesame')
  const { redis } = await open(t, servers, 'redis://:open-sesame@servers')
  await until(works(redis))
  const wrong = await open(t, servers)
  await t.rejects(wrong.redis.ping(), { code: 'store_unavailable' })
})

test('the service starts without sentinels, and finds them when they come', async t => {
  const servers = await startSentinel(t)
  await servers.sentinel.stop()
  const { redis, events } = await open(t, servers)
  await t.rejects(redis.ping(), { code: 'store_unavailable' })
  await servers.sentinel.start()
  await until(works(redis))
  t.equal(events.at(-1)?.type, 'redis_up')
})
