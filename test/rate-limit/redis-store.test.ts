import rateLimit from '@fastify/rate-limit'
import fastify from 'fastify'
import { type Test, test } from 'tap'
import { type RateLimitStoreOptions, rateLimitStore } from '../../src/rate-limit/redis-store.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { startRedis } from '../support/redis.ts'

const secret = async () => Buffer.alloc(32, 7)

/**
 * A service with a limit of 2 per minute on two routes, two more routes in one group, and a peek.
 */
async function service(t: Test, options: Partial<RateLimitStoreOptions>) {
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(rateLimit, {
    global: false,
    store: rateLimitStore({ secret, deadline: 10_000, ...options })
  })
  const peek = app.createRateLimit({ max: 2, timeWindow: 60_000, keyGenerator: () => 'peek' })
  const limit = { max: 2, timeWindow: 60_000 }
  const grouped = { ...limit, groupId: 'codes' }
  app.get('/one', { config: { rateLimit: limit } }, async () => 'one')
  app.get('/other', { config: { rateLimit: limit } }, async () => 'other')
  app.get('/confirm', { config: { rateLimit: grouped } }, async () => 'confirm')
  app.get('/reset', { config: { rateLimit: grouped } }, async () => 'reset')
  app.get('/peek', async request => peek(request, { increment: false }))
  app.get('/count', async request => peek(request))
  return {
    get: async (url: string, remoteAddress = '192.0.2.1') =>
      (await app.inject({ url, remoteAddress })).statusCode,
    json: async (url: string) => (await app.inject({ url })).json()
  }
}

function redisOf(t: Test, url: string) {
  const redis = connectRedis({ url, deadline: 10_000 })
  t.teardown(() => redis.close())
  return redis
}

test('instances count together', async t => {
  const { url } = await startRedis(t)
  const here = await service(t, { redis: redisOf(t, url) })
  const there = await service(t, { redis: redisOf(t, url) })
  t.same([await here.get('/one'), await there.get('/one'), await here.get('/one')], [200, 200, 429])
  t.equal(await there.get('/one'), 429)
  t.equal(await there.get('/one', '192.0.2.2'), 200, 'another address has its own limit')
  t.equal(await there.get('/other'), 200, 'and so has another route')
})

for (const kind of ['Redis', 'this process']) {
  test(`routes of one group count together, in ${kind}`, async t => {
    const redis = kind === 'Redis' ? { redis: redisOf(t, (await startRedis(t)).url) } : {}
    const { get } = await service(t, redis)
    t.same([await get('/confirm'), await get('/reset'), await get('/confirm')], [200, 200, 429])
  })

  test(`a look at a limit counts nothing, in ${kind}`, async t => {
    const redis = kind === 'Redis' ? { redis: redisOf(t, (await startRedis(t)).url) } : {}
    const { json } = await service(t, redis)
    t.match(await json('/peek'), { remaining: 2, isExceeded: false, ttl: 0 })
    t.match(await json('/count'), { remaining: 1 })
    t.match(await json('/peek'), { remaining: 1 })
    t.match(await json('/count'), { remaining: 0, isExceeded: false })
    t.match(await json('/count'), { isExceeded: true })
    t.match(await json('/peek'), { isExceeded: true })
  })
}

test('a counter ends with its window, and one that lost its end gets it back', async t => {
  const redis = await startRedis(t)
  const { get } = await service(t, { redis: redisOf(t, redis.url) })
  await get('/one')
  const [key] = JSON.parse(JSON.stringify(await redis.cli('KEYS', '*')))
  const ttl = async () => Number(await redis.cli('PTTL', key))
  t.ok((await ttl()) > 0)
  await redis.cli('PERSIST', key)
  await get('/one')
  t.ok((await ttl()) > 0 && (await ttl()) <= 60_000)
})

test('the keys do not tell who is counted', async t => {
  const redis = await startRedis(t)
  const { get } = await service(t, { redis: redisOf(t, redis.url) })
  await get('/one', '192.0.2.77')
  const keys = JSON.parse(JSON.stringify(await redis.cli('KEYS', '*')))
  t.equal(keys.length, 1)
  t.match(keys[0], /^bff:r:\{[\w-]{43}\}$/)
})

test('without Redis each instance still limits, and says so', async t => {
  for (const trouble of ['killed', 'frozen'] as const) {
    const server = await startRedis(t)
    const redis = redisOf(t, server.url)
    await redis.ping()
    const failures: unknown[] = []
    const onFallback = (error: unknown) => failures.push(error)
    const { get } = await service(t, { redis, onFallback, deadline: 150 })
    if (trouble === 'killed') await server.stop()
    else server.freeze()
    t.same([await get('/one'), await get('/one'), await get('/one')], [200, 200, 429], trouble)
    t.equal(failures.length, 3)
    server.thaw()
  }
})

test('settings that it does not keep are refused', async t => {
  const app = fastify()
  const register = async () =>
    await app.register(rateLimit, { store: rateLimitStore({ secret }), exponentialBackoff: true })
  await t.rejects(register(), TypeError)
})
