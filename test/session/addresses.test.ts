import { test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { type AddressesOptions, createAddresses } from '../../src/session/login-emails.ts'
import { startRedis } from '../support/redis.ts'

const secret = async () => Buffer.alloc(32, 7)
const sub = '6b3f8a1e-0000-4000-8000-000000000001'

function addresses(options: Partial<AddressesOptions> = {}) {
  return createAddresses({ secret, prefix: 'bff:', life: 60_000, ...options })
}

test('an address leads to its user, in any letter case, as long as sessions live', async t => {
  let now = 0
  const one = addresses({ clock: () => now })
  await one.remember('Ann@Example.com', sub)
  now = 59_999
  t.equal(await one.userOf('ann@example.com'), sub)
  t.equal(await one.userOf('bob@example.com'), undefined)
  now = 60_000
  t.equal(await one.userOf('ann@example.com'), undefined)
})

test('instances share what they remember; Redis learns neither address nor user', async t => {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 10_000 })
  t.teardown(() => redis.close())
  await addresses({ redis }).remember('ann@example.com', sub)
  t.equal(await addresses({ redis }).userOf('ann@example.com'), sub)
  t.equal(await addresses({ redis }).userOf('bob@example.com'), undefined)
  const [key = ''] = String(await server.cli('KEYS', '*')).split('\n')
  t.match(key, /^bff:a:\{[\w-]{43}\}/)
  t.notMatch(String(await server.cli('GET', key)), sub.slice(0, 8))
  const left = Number(await server.cli('PTTL', key))
  t.ok(left > 0 && left <= 60_000)
})

test('an entry of another writer leads to no user', async t => {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 10_000 })
  t.teardown(() => redis.close())
  const other = addresses({ redis, secret: async () => Buffer.alloc(32, 8) })
  await addresses({ redis }).remember('ann@example.com', sub)
  t.equal(await other.userOf('ann@example.com'), undefined)
  const [key = ''] = String(await server.cli('KEYS', '*')).split('\n')
  await server.cli('SET', key, 'forged')
  t.equal(await addresses({ redis }).userOf('ann@example.com'), undefined)
})
