import { test } from 'tap'
import type { SharedCounterOptions } from '../../src/rate-limit/counters.ts'
import { createLockout } from '../../src/rate-limit/user-limit.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { startRedis } from '../support/redis.ts'

const secret = async () => Buffer.alloc(32, 7)
const ann = 'ann@example.com'

function lockout(options: Partial<SharedCounterOptions> = {}) {
  return createLockout({ secret, prefix: 'bff:', deadline: 10_000, ...options })
}

async function times(count: number, work: () => Promise<boolean>) {
  const results: boolean[] = []
  for (let i = 0; i < count; i++) results.push(await work())
  return results
}

test('the fifth failure locks for a second, each one after a lock for twice as long', async t => {
  let now = 0
  const one = lockout({ clock: () => now })
  const fail = () => one.failed(ann)
  t.same(await times(5, fail), Array(5).fill(false))
  t.same(await times(3, fail), [true, true, true], 'what comes during a lock does not count')
  t.equal(await one.failed('bob@example.com'), false)
  now += 999
  t.equal(await fail(), true)
  now += 1
  t.equal(await fail(), false, 'the sixth')
  now += 1999
  t.equal(await fail(), true)
  now += 1
  t.equal(await fail(), false, 'the seventh')
})

test('no lock is longer than 15 minutes, and 15 minutes after it all is forgotten', async t => {
  let now = 0
  const one = lockout({ clock: () => now })
  for (let i = 0; i < 20; i++) {
    t.equal(await one.failed(ann), false)
    now += 15 * 60_000
  }
  now += 15 * 60_000
  t.same(await times(5, () => one.failed(ann)), Array(5).fill(false))
})

test('instances count together by the same rules, and Redis does not learn about whom', async t => {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 10_000 })
  t.teardown(() => redis.close())
  const [one, other] = [lockout({ redis }), lockout({ redis })]
  t.same(await times(3, () => one.failed(ann)), Array(3).fill(false))
  t.same(await times(3, () => other.failed(ann)), [false, false, true])
  const keys = [await server.cli('KEYS', '*')].flat().map(String)
  t.match(keys.toSorted(), [/^bff:f:\{[\w-]{43}\}$/, /^bff:f:\{[\w-]{43}\}:lock$/])
  t.notMatch(keys.join(), 'ann')
  const [count = '', lock = ''] = keys.toSorted()
  t.ok(Number(await server.cli('PTTL', lock)) <= 1000)
  // As after a dozen failures more.
  await server.cli('DEL', lock)
  await server.cli('SET', count, '17', 'KEEPTTL')
  t.equal(await one.failed(ann), false)
  const left = Number(await server.cli('PTTL', lock))
  t.ok(left > 14 * 60_000 && left <= 15 * 60_000)
  t.ok(Number(await server.cli('PTTL', count)) > left)
})

test('without Redis a process counts for itself', async t => {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 100 })
  t.teardown(() => redis.close())
  await server.stop()
  t.same(await times(6, () => lockout({ redis }).failed(ann)), Array(6).fill(false))
  const one = lockout({ redis })
  t.equal((await times(6, () => one.failed(ann))).at(-1), true)
})
