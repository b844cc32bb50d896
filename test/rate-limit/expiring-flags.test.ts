import { test } from 'tap'
import {
  createExpiringFlags,
  type ExpiringFlagsOptions
} from '../../src/rate-limit/expiring-flags.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { startRedis } from '../support/redis.ts'

const secret = async () => Buffer.alloc(32, 7)

function flags(options: Partial<ExpiringFlagsOptions> = {}) {
  return createExpiringFlags({ secret, prefix: 'bff:', ttl: 60_000, deadline: 10_000, ...options })
}

test('a flag lasts from the last time it was set, in this process', async t => {
  let now = 0
  const one = flags({ clock: () => now })
  t.equal(await one.has('ann@example.com'), false)
  await one.set('ann@example.com')
  now = 40_000
  await one.set('ann@example.com')
  now = 99_999
  t.equal(await one.has('ann@example.com'), true)
  t.equal(await one.has('bob@example.com'), false)
  now = 100_000
  t.equal(await one.has('ann@example.com'), false)
})

test('instances share their flags, and Redis does not learn whose they are', async t => {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 10_000 })
  t.teardown(() => redis.close())
  await flags({ redis }).set('ann@example.com')
  t.equal(await flags({ redis }).has('ann@example.com'), true)
  t.equal(await flags({ redis }).has('bob@example.com'), false)
  const [key = ''] = String(await server.cli('KEYS', '*')).split('\n')
  t.match(key, /^bff:m:\{[\w-]{43}\}/)
  const left = Number(await server.cli('PTTL', key.trim()))
  t.ok(left > 0 && left <= 60_000)
})

test('without Redis a process uses its own flags', async t => {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 100 })
  t.teardown(() => redis.close())
  const one = flags({ redis })
  await server.stop()
  await one.set('ann@example.com')
  t.equal(await one.has('ann@example.com'), true)
  t.equal(await one.has('bob@example.com'), false)
})

test('a flag that is removed is gone, for other instances as well', async t => {
  const { url } = await startRedis(t)
  const redis = connectRedis({ url, deadline: 10_000 })
  t.teardown(() => redis.close())
  const [here, there] = [flags({ redis }), flags({ redis })]
  await here.set('a@b.c')
  await here.remove('a@b.c')
  t.equal(await here.has('a@b.c'), false)
  t.equal(await there.has('a@b.c'), false)
})
