import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { createRequiredResets } from '../../src/session/required-resets.ts'
import { startRedis } from '../support/redis.ts'

const secret = async () => Buffer.alloc(32, 7)
const email = 'ann@example.com'

async function homes(t: Test) {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 10_000 })
  t.teardown(() => redis.close())
  const shared = () => createRequiredResets({ redis, secret, prefix: 'bff:' })
  const own = createRequiredResets({ secret, prefix: 'bff:' })
  return { server, pairs: [[shared(), shared()] as const, [own, own] as const] }
}

test('A-14 a reset is required until it is done, on every instance, in any letter case', async t => {
  const { server, pairs } = await homes(t)
  for (const [one, other] of pairs) {
    t.equal(await one.isRequired(email), false)
    await one.add('Ann@Example.com')
    t.equal(await other.isRequired(email), true)
    t.equal(await other.isRequired('bob@example.com'), false)
    await other.clear(email)
    t.equal(await one.isRequired(email), false)
  }
  await pairs[0]?.[0].add(email)
  const key = String(await server.cli('KEYS', '*'))
  t.match(key, /^bff:h:\{[\w-]{43}\}$/)
  t.equal(Number(await server.cli('PTTL', key)), -1, 'nothing but a reset ends it')
})

test('A-14 a confirmation that failed takes back its own demand alone', async t => {
  const { server, pairs } = await homes(t)
  for (const [one, other] of pairs) {
    const first = await one.add(email)
    const second = await other.add(email)
    await other.withdraw(email, second)
    t.equal(await one.isRequired(email), true)
    await one.withdraw(email, first)
    await one.withdraw(email, first)
    t.equal(await other.isRequired(email), false)
  }
  t.equal(String(await server.cli('KEYS', '*')), '')
})
