import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import type { RedisConnection, RedisEvent } from '../../src/redis/connection.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import {
  asSignedIn,
  newId,
  newTokens,
  signedIn,
  storeIn,
  testClock
} from '../contract/session-fixtures.ts'
import { liveSession } from '../support/found-session.ts'
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
    await t.rejects(store.find(id), { code: 'store_unavailable' })
    await until(works(redis))
    t.same((await liveSession(store, id))?.tokens(), session.tokens())
    t.equal(await store.update(session, session.data), 'written', 'scripts work on the new master')
    t.match(String(await servers.replica.cli('ROLE')), /^master/)
    const seen = events.map(({ type }) => type).filter(type => type.startsWith('redis'))
    // The new master may be found before a frozen one counts as down.
    const mayBeSilent = trouble === 'frozen' && seen.length === 1
    t.same(seen, mayBeSilent ? ['redis_up'] : ['redis_up', 'redis_down', 'redis_up'])
    servers.master.thaw()
  })
}

const held = new Map<string, (servers: TestSentinel) => Promise<void> | void>([
  ['frozen', ({ sentinel }) => sentinel.freeze()],
  ['killed', ({ sentinel }) => sentinel.stop()]
])

for (const [trouble, begin] of held) {
  test(`O-12 with one of three sentinels ${trouble} no call fails, and the log says which it is`, async t => {
    const servers = await startSentinel(t, { sentinels: 3 })
    const events: RedisEvent[] = []
    const onEvent = (event: RedisEvent) => events.push(event)
    const { addresses: sentinels, name: sentinelName, address } = servers
    // Far above what a busy machine takes, far below what waiting for a silent sentinel would.
    const redis = connectRedis({ sentinels, sentinelName, onEvent, deadline: 3000 })
    t.teardown(() => redis.close())
    await until(works(redis))
    await begin(servers)
    const isNoticed = () => events.some(({ type }) => type === 'sentinel_silent')
    for (let calls = 0; !isNoticed() || calls < 200; calls++) {
      await redis.send('key', 'SET', 'key', `${calls}`)
    }
    t.match(
      events.filter(({ type }) => type !== 'redis_up'),
      [{ type: 'sentinel_silent', sentinel: address }]
    )
    const late = connectRedis({ sentinels, sentinelName, deadline: 10_000 })
    t.teardown(() => late.close())
    await late.ping()
    servers.sentinel.thaw()
  })
}

test('O-13 instances follow a planned fail-over as soon as one sentinel knows, without losing a call', async t => {
  const { sentinels, name, addresses, replica } = await startSentinel(t, { sentinels: 3 })
  const options = { sentinels: addresses, sentinelName: name, deadline: 3000 }
  const [one, two] = [connectRedis(options), connectRedis(options)]
  t.teardown(() => Promise.all([one.close(), two.close()]))
  await until(works(one))
  await until(works(two))
  await sentinels[0]?.cli('SENTINEL', 'FAILOVER', name)
  await until(async () => /^master/.test(String(await replica.cli('ROLE'))))
  let turn = 0
  // The old primary goes on taking writes for some 10 s: they must not go there.
  const reaches = async (redis: RedisConnection) => {
    const value = `${turn++}`
    await redis.send('key', 'SET', 'key', value).catch(() => {})
    return (await replica.cli('GET', 'key')) === value
  }
  await until(() => reaches(one))
  await until(() => reaches(two))
})

test('the log names what is wrong with sentinels: the name, or that they are none', async t => {
  const { addresses, master } = await startSentinel(t)
  const causeWith = async (sentinels: readonly string[], sentinelName: string) => {
    const events: RedisEvent[] = []
    const redis = connectRedis({ sentinels, sentinelName, onEvent: event => events.push(event) })
    t.teardown(() => redis.close())
    await t.rejects(redis.ping(), { code: 'store_unavailable' })
    await until(async () => events.some(({ type }) => type === 'sentinel_silent'))
    return events.map(event => ('error' in event ? String(event.error) : '')).join('\n')
  }
  t.match(await causeWith(addresses, 'other'), /no primary by the name in REDIS_SENTINEL_NAME/)
  t.match(
    await causeWith([`127.0.0.1:${master.port}`], 'sessions'),
    /is a Redis server and no sentinel/
  )
  const nobody = `127.0.0.1:${await freePort()}`
  t.match(await causeWith([nobody], 'sessions'), new RegExp(`${nobody}.*ECONNREFUSED`))
})

test('servers may want a password that the sentinel does not', async t => {
  const password = ['--requirepass', 'open-sesame', '--masterauth', 'open-sesame']
  const servers = await startSentinel(t, { args: password, password: 'open-sesame' })
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
