import { type Test, test } from 'tap'
import type { Quota, QuotaRequest } from '../../src/rate-limit/quota-definitions.ts'
import { createQuotas } from '../../src/rate-limit/quotas.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { startRedis } from '../support/redis.ts'

const secret = async () => Buffer.alloc(32, 7)
const window = 60_000
const quota: Quota = {
  name: 'login',
  counts: 'calls',
  perNetwork: 2,
  perKnownNetwork: 3,
  total: 3,
  window
}
const [ann, home, cafe, train] = ['account ann@example.com', '192.0.2.1', '192.0.2.2', '192.0.2.3']
const request = (network: string, ...quotas: Quota[]): QuotaRequest => ({
  subject: ann,
  network,
  quotas: quotas.length > 0 ? quotas : [quota]
})

async function world(t: Test, kind: string) {
  if (kind === 'this process') return { quotas: createQuotas({ secret, prefix: 'bff:' }) }
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 10_000 })
  t.teardown(() => redis.close())
  return { server, quotas: createQuotas({ redis, secret, prefix: 'bff:', deadline: 10_000 }) }
}

for (const kind of ['Redis', 'this process']) {
  test(`one network takes its share and leaves the rest, in ${kind}`, async t => {
    const { quotas } = await world(t, kind)
    const one = await quotas.reserve(request(home))
    t.match(one, { refusedBy: undefined, remaining: [1] })
    t.ok(Number(one.resets[0]) > window - 5000 && Number(one.resets[0]) <= window)
    t.equal((await quotas.reserve(request(home))).refusedBy, undefined)
    const refused = await quotas.reserve(request(home))
    t.equal(refused.refusedBy, quota)
    t.ok(Number(refused.resets[0]) > window - 5000)
    t.equal((await quotas.reserve(request(cafe))).refusedBy, undefined, 'the third, from elsewhere')
    t.equal((await quotas.reserve(request(train))).refusedBy, quota, 'over all networks')
    t.equal(
      (await quotas.reserve({ ...request(home), subject: 'account bob' })).refusedBy,
      undefined
    )
  })

  test(`a known network has a limit of its own, in ${kind}`, async t => {
    const { quotas } = await world(t, kind)
    await quotas.addKnownNetwork(ann, home)
    for (const network of [cafe, cafe, train]) await quotas.reserve(request(network))
    t.equal((await quotas.reserve(request(train))).refusedBy, quota)
    const remaining = []
    for (let i = 0; i < 3; i += 1)
      remaining.push((await quotas.reserve(request(home))).remaining[0])
    t.same(remaining, [2, 1, 0])
    t.equal((await quotas.reserve(request(home))).refusedBy, quota)
  })

  test(`what is given back may be taken again, in ${kind}`, async t => {
    const { quotas } = await world(t, kind)
    for (let i = 0; i < 10; i += 1) {
      const taken = await quotas.reserve(request(home))
      t.equal(taken.refusedBy, undefined)
      await taken.settle(() => 'refund')
    }
    for (let i = 0; i < 2; i += 1) t.notOk((await quotas.reserve(request(home))).refusedBy)
    const refused = await quotas.reserve(request(home))
    await refused.settle(() => 'refund')
    t.equal((await quotas.reserve(request(home))).refusedBy, quota, 'a refusal has taken nothing')
  })

  test(`all quotas of a request are reserved or none, and each is settled by itself, in ${kind}`, async t => {
    const { quotas } = await world(t, kind)
    const narrow: Quota = { ...quota, name: 'narrow', perNetwork: 1 }
    const first = await quotas.reserve(request(home, quota, narrow))
    t.same(first.remaining, [1, 0])
    const second = await quotas.reserve(request(home, quota, narrow))
    t.equal(second.refusedBy, narrow)
    t.same(
      (await quotas.reserve(request(home))).remaining,
      [0],
      'the refused one has not been counted'
    )
    await first.settle(({ name }) => (name === 'narrow' ? 'reset' : 'keep'))
    t.equal((await quotas.reserve(request(home, narrow))).refusedBy, undefined)
    t.equal((await quotas.reserve(request(home))).refusedBy, quota)
  })
}

test('requests that come together do not reserve more than there is', async t => {
  const { quotas } = await world(t, 'Redis')
  const all = await Promise.all(Array.from({ length: 20 }, () => quotas.reserve(request(home))))
  t.equal(all.filter(({ refusedBy }) => !refusedBy).length, 2)
})

test('a sliding window ends after the last one, a fixed one after the first', async t => {
  let now = 0
  const quotas = createQuotas({ secret, prefix: 'bff:', clock: () => now })
  const sliding: Quota = { ...quota, name: 'sliding', isSliding: true }
  const take = async () => {
    const both = await quotas.reserve(request(home, quota))
    const slid = await quotas.reserve(request(home, sliding))
    return [!both.refusedBy, !slid.refusedBy]
  }
  t.same(await take(), [true, true])
  now = 40_000
  t.same(await take(), [true, true])
  now = 61_000
  t.same(await take(), [true, false])
  now = 100_001
  t.same(await take(), [true, true])
})

test('the sliding window slides in Redis, too', async t => {
  const { quotas, server } = await world(t, 'Redis')
  const sliding: Quota = { ...quota, isSliding: true }
  await quotas.reserve(request(home, sliding))
  const keys = JSON.parse(JSON.stringify(await server?.cli('KEYS', 'bff:r:*')))
  t.equal(keys.length, 2)
  for (const key of keys) await server?.cli('PEXPIRE', key, '5000')
  await quotas.reserve(request(home, sliding))
  for (const key of keys) t.ok(Number(await server?.cli('PTTL', key)) > 50_000)
})

test('at the most eight networks are known, the latest ones', async t => {
  const { quotas, server } = await world(t, 'Redis')
  for (let i = 0; i < 12; i += 1) await quotas.addKnownNetwork(ann, `198.51.100.${i}`)
  await quotas.addKnownNetwork(ann, '198.51.100.11')
  const [key] = JSON.parse(JSON.stringify(await server?.cli('KEYS', 'bff:k:*')))
  t.equal(String(await server?.cli('GET', key)).length, 8 * 11)
  const closed: Quota = { ...quota, perNetwork: 0 }
  const isKnown = async (i: number) =>
    !(await quotas.reserve(request(`198.51.100.${i}`, { ...closed, name: `${i}` }))).refusedBy
  t.same(await Promise.all([3, 4, 11].map(isKnown)), [false, true, true])
})

test('the keys tell neither who is counted nor from where', async t => {
  const { quotas, server } = await world(t, 'Redis')
  await quotas.reserve(request(home))
  await quotas.addKnownNetwork(ann, home)
  const keys = JSON.parse(JSON.stringify(await server?.cli('KEYS', '*')))
  t.equal(keys.length, 3)
  for (const key of keys) t.match(key, /^bff:[rk]:\{[\w-]{43}\}(:login(:[\w-]{10})?)?$/)
})

test('without Redis this process counts, says so, and gives back here', async t => {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url })
  t.teardown(() => redis.close())
  const failures: unknown[] = []
  const onFallback = (error: unknown) => failures.push(error)
  const quotas = createQuotas({ redis, secret, prefix: 'bff:', onFallback })
  await quotas.addKnownNetwork(ann, cafe)
  await server.stop()
  const one = await quotas.reserve(request(home))
  await one.settle(() => 'refund')
  for (let i = 0; i < 2; i += 1) t.notOk((await quotas.reserve(request(home))).refusedBy)
  t.equal((await quotas.reserve(request(home))).refusedBy, quota)
  t.notOk((await quotas.reserve(request(cafe))).refusedBy)
  t.ok(failures.length > 0)
})
