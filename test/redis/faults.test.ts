import { setTimeout as wait } from 'node:timers/promises'
import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { type RedisConnection, type RedisEvent, redisScript } from '../../src/redis/connection.ts'
import { commands, startRedis } from '../support/redis.ts'
import { freePort } from '../support/redis-process.ts'

const unavailable = { code: 'store_unavailable', status: 503 }

function connect(t: Test, url: string, deadline = 500) {
  const events: RedisEvent[] = []
  const redis = connectRedis({ url, deadline, onEvent: event => events.push(event) })
  t.teardown(() => redis.close())
  return { redis, events }
}

/**
 * The work fails as it should, and soon: the bound is generous, it only tells that it does not
 * hang.
 */
async function failsSoon(t: Test, redis: RedisConnection): Promise<void> {
  const begun = performance.now()
  await t.rejects(redis.send('key', 'SET', 'key', 'value'), unavailable)
  t.ok(performance.now() - begun < 3000, 'it does not hang')
}

/** Asks until it answers again; a test that waits in vain ends by its own time-out. */
async function recovered(redis: RedisConnection): Promise<void> {
  for (;;) {
    try {
      return await redis.ping()
    } catch {
      await wait(10)
    }
  }
}

test('a killed Redis is noticed at once, and found again by itself', async t => {
  const server = await startRedis(t)
  const { redis, events } = connect(t, server.url)
  await redis.send('key', 'SET', 'key', 'value')
  await server.stop()
  for (let i = 0; i < 3; i++) await failsSoon(t, redis)
  await server.start()
  await recovered(redis)
  t.equal(await redis.send('key', 'GET', 'key'), null, 'it came back empty')
  t.same(
    events.map(({ type }) => type),
    ['redis_up', 'redis_down', 'redis_up']
  )
})

test('commands in flight fail when Redis is killed', async t => {
  const server = await startRedis(t)
  const { redis } = connect(t, server.url)
  await redis.ping()
  server.freeze()
  const inFlight = [1, 2, 3].map(() => t.rejects(redis.ping(), unavailable))
  await wait(20)
  await server.stop()
  await Promise.all(inFlight)
})

test('a frozen Redis fails calls in time, under load too, until it thaws', async t => {
  const server = await startRedis(t)
  const { redis, events } = connect(t, server.url)
  await redis.ping()
  server.freeze()
  await failsSoon(t, redis)
  await t.rejects(redis.ping(), { ...unavailable, reason: 'redis_stalled' })
  // Load goes on; the dead link must be given up all the same.
  while (events.at(-1)?.type !== 'redis_down') {
    await failsSoon(t, redis)
    await wait(5)
  }
  server.thaw()
  await recovered(redis)
  await redis.send('key', 'SET', 'key', 'value')
})

test('a short freeze is waited for', async t => {
  const server = await startRedis(t)
  const { redis, events } = connect(t, server.url, 10_000)
  await redis.ping()
  server.freeze()
  const asked = redis.send('key', 'GET', 'key')
  await wait(50)
  server.thaw()
  t.equal(await asked, null)
  t.same(
    events.map(({ type }) => type),
    ['redis_up']
  )
})

test('the service starts without Redis, and finds it when it comes', async t => {
  const server = await startRedis(t)
  await server.stop()
  const { redis, events } = connect(t, server.url)
  await failsSoon(t, redis)
  t.same(
    events.map(({ type }) => type),
    ['redis_down']
  )
  await server.start()
  await recovered(redis)
})

test('a call made right after the start waits for the connection', async t => {
  const server = await startRedis(t)
  const { redis } = connect(t, server.url)
  t.equal(await redis.send('key', 'SET', 'key', 'value'), 'OK')
})

test('a read-only server refuses writes, still reads, and may recover', async t => {
  const server = await startRedis(t)
  const { redis } = connect(t, server.url)
  await redis.send('key', 'SET', 'key', 'value')
  await server.cli('CONFIG', 'SET', 'replica-serve-stale-data', 'yes')
  await server.cli('REPLICAOF', '127.0.0.1', `${await freePort()}`)
  await failsSoon(t, redis)
  await recovered(redis)
  t.same(await redis.send('key', 'GET', 'key'), Buffer.from('value'))
  await server.cli('REPLICAOF', 'NO', 'ONE')
  t.equal(await redis.send('key', 'SET', 'key', 'other'), 'OK')
})

test('a connection to a server that has become a replica is replaced', async t => {
  const server = await startRedis(t)
  const { redis, events } = connect(t, server.url)
  await redis.ping()
  await server.cli('REPLICAOF', '127.0.0.1', `${await freePort()}`)
  const script = redisScript("return redis.call('SET', KEYS[1], 'value')")
  await t.rejects(redis.run(script, ['key'], []), unavailable)
  await recovered(redis)
  t.equal(events.filter(({ type }) => type === 'redis_up').length, 2)
})

test('closing ends a connection that never came about, and a frozen one', async t => {
  const nowhere = connectRedis({ url: `redis://127.0.0.1:${await freePort()}` })
  await nowhere.close()
  const server = await startRedis(t)
  const frozen = connectRedis({ url: server.url })
  await frozen.ping()
  server.freeze()
  const asked = t.rejects(frozen.ping(), unavailable)
  await frozen.close()
  await asked
  await t.rejects(frozen.ping(), unavailable)
})

test('O-16 a password that was changed is logged, though closed connections came first', async t => {
  const server = await startRedis(t, ['--requirepass', 'old'])
  const { redis, events } = connect(t, server.url)
  await redis.ping()
  // The password of the connection on which this is sent stays good; the others are closed.
  await server.cli('CONFIG', 'SET', 'requirepass', 'new')
  const renewed = server.url.replace(':old@', ':new@')
  await commands(renewed).cli('CLIENT', 'KILL', 'TYPE', 'normal')
  const causes = () => events.flatMap(event => ('error' in event ? String(event.error) : []))
  while (!causes().some(cause => cause.includes('WRONGPASS'))) await wait(10)
  t.match(causes().at(-1), new RegExp(`WRONGPASS.*127.0.0.1:${server.port}`))
  t.match(events[0], { type: 'redis_up' })
  const refused = await redis.ping().then(
    () => undefined,
    error => error
  )
  t.match(String(refused?.cause), /WRONGPASS/, 'calls fail of the same cause')
})
