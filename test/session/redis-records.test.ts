import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import {
  absolute,
  asSignedIn,
  device,
  idle,
  jwt,
  newId,
  newTokens,
  newUser,
  pending,
  signedIn,
  storeIn,
  testClock
} from '../contract/session-fixtures.ts'
import { liveSession } from '../support/found-session.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'

async function open(t: Test) {
  const redis = await startRedis(t)
  const clock = testClock()
  const connection = connectRedis({ url: redis.url, deadline: 10_000 })
  const backend = redisBackend(connection, { prefix: 'test:' })
  const home = { backends: [backend, backend] as const, clock, pass: async () => {} }
  t.teardown(() => backend.close())
  return { redis, clock, store: storeIn(home) }
}

const keysOf = async (redis: TestRedis): Promise<string[]> =>
  JSON.parse(JSON.stringify(await redis.cli('KEYS', '*')))

async function onlyKey(redis: TestRedis, pattern: RegExp): Promise<string> {
  const [key, ...more] = (await keysOf(redis)).filter(key => pattern.test(key))
  if (key === undefined || more.length > 0) throw new Error('One such key was expected')
  return key
}

const ttl = async (redis: TestRedis, key: string) => Number(await redis.cli('PTTL', key))

/** Whether a time to live is `ms`, less the moment that has passed. */
const about = (left: number, ms: number) => left <= ms && left > ms - 60_000

test('a record lives until its idle or its absolute end, whichever is sooner', async t => {
  const { redis, clock, store } = await open(t)
  const session = await store.create(newId(), signedIn(clock), newTokens(clock))
  const record = await onlyKey(redis, /^test:s:/)
  t.ok(about(await ttl(redis, record), idle))
  clock.advance(idle / 2)
  await store.update(session, session.data)
  t.ok(about(await ttl(redis, record), idle / 2), 'an update leaves the idle end where it is')
  await store.touch(session)
  t.ok(about(await ttl(redis, record), idle), 'a touch slides it')
  clock.advance(idle / 2)
  await store.update(session, { ...session.data, expiresAt: clock() + 300_000 })
  t.ok(about(await ttl(redis, record), 300_000), 'the absolute end is sooner')
  await store.touch(session)
  t.ok(about(await ttl(redis, record), 300_000), 'and a touch does not slide beyond it')
})

test('the index of a user lives as long as the longest session', async t => {
  const { redis, clock, store } = await open(t)
  const user = newUser()
  await store.create(newId(), signedIn(clock, user))
  const index = await onlyKey(redis, /^test:i:/)
  t.ok(about(await ttl(redis, index), absolute))
  await store.create(newId(), { ...signedIn(clock, user), expiresAt: clock() + 1000 })
  t.ok(about(await ttl(redis, index), absolute))
})

test('the index of a user who logs in all day does not grow for ever', async t => {
  const { redis, clock, store } = await open(t)
  const user = newUser()
  for (let i = 0; i < 70; i++) {
    clock.advance(1000)
    await store.create(newId(), { ...signedIn(clock, user), expiresAt: clock() + 500 })
  }
  const size = Number(await redis.cli('STRLEN', await onlyKey(redis, /^test:i:/)))
  t.ok(size < 500, `${size} bytes are those of one session`)
})

test('an ended session leaves no key, whatever comes late', async t => {
  const { redis, clock, store } = await open(t)
  const session = asSignedIn(await store.create(newId(), signedIn(clock), newTokens(clock)))
  const lease = await store.acquireLease(session, 60_000)
  if (lease === null) throw new Error('The lease was free')
  t.equal((await keysOf(redis)).length, 4)
  await store.destroy(session)
  t.same(await keysOf(redis), [])
  clock.advance(120_000)
  await store.touch(session)
  await store.update(session, session.data)
  await store.replaceTokens(session, newTokens(clock), session.data.user, lease)
  await store.renewLease(session, lease, 60_000)
  await store.acquireLease(session, 60_000)
  t.same(await keysOf(redis), [])
})

test('reading a session is one command, and touching it too early none', async t => {
  const { redis, clock, store } = await open(t)
  const id = newId()
  await store.create(id, signedIn(clock), newTokens(clock))
  await redis.cli('CONFIG', 'RESETSTAT')
  const session = await liveSession(store, id)
  session?.tokens()
  if (session) await store.touch(session)
  const stats = String(await redis.cli('INFO', 'commandstats'))
  t.match(stats, /cmdstat_get:calls=1,/)
  t.notMatch(stats, /cmdstat_(eval|set|hget)/)
})

test('a session that is known costs its head, one that this instance wrote one GET', async t => {
  const { redis, clock, store } = await open(t)
  const id = newId()
  await store.create(id, signedIn(clock), newTokens(clock))
  const reads = async (times: number) => {
    await redis.cli('CONFIG', 'RESETSTAT')
    for (let i = 0; i < times; i++) t.equal((await store.find(id)).kind, 'live')
    const stats = String(await redis.cli('INFO', 'commandstats'))
    const found = [...stats.matchAll(/cmdstat_(get|getrange):calls=(\d+)/g)]
    return Object.fromEntries(found.map(([, name, calls]) => [name, Number(calls)]))
  }
  t.same(await reads(5), { get: 2, getrange: 3 })
  const session = asSignedIn(await liveSession(store, id))
  t.equal(await store.update(session, session.data), 'written')
  t.same(await reads(5), { get: 1, getrange: 4 })
})

test('what Redis sends for a session that is known is its head', async t => {
  const { redis, clock, store } = await open(t)
  const id = newId()
  await store.create(id, signedIn(clock), newTokens(clock))
  for (let i = 0; i < 3; i++) await liveSession(store, id)
  await redis.cli('CONFIG', 'RESETSTAT')
  const output = async () =>
    Number(/total_net_output_bytes:(\d+)/.exec(String(await redis.cli('INFO', 'stats')))?.[1])
  const before = await output()
  for (let i = 0; i < 100; i++) await liveSession(store, id)
  const each = ((await output()) - before) / 100
  // What this test asks takes up to 40 bytes of it.
  t.ok(each < 128, `${each} bytes`)
})

test('scripts go on working when Redis has forgotten them', async t => {
  const { redis, clock, store } = await open(t)
  const session = await store.create(newId(), signedIn(clock))
  t.equal(await store.update(session, session.data), 'written')
  await redis.cli('SCRIPT', 'FLUSH')
  t.equal(await store.update(session, session.data), 'written')
})

test('a dump of the store tells no token, no e-mail, no id, no user', async t => {
  const { redis, clock, store } = await open(t)
  const [id, tokens, data] = [newId(), newTokens(clock), signedIn(clock)]
  const session = asSignedIn(await store.create(id, data, tokens, device))
  await store.create(newId(), pending(clock))
  const lease = await store.acquireLease(session, 60_000)
  if (lease) await store.replaceTokens(session, tokens, data.user, lease)
  const parts: Buffer[] = []
  for (const key of await keysOf(redis)) {
    parts.push(Buffer.from(key), ...[await redis.raw('GET', key)].filter(Buffer.isBuffer))
  }
  const dump = Buffer.concat(parts).toString('latin1')
  t.ok(dump.length > 2000)
  const segments = [tokens.accessToken, tokens.refreshToken].flatMap(token => token.split('.'))
  const decoded = segments.map(text => Buffer.from(text, 'base64url').toString('latin1'))
  const { sub, email } = data.user
  const secrets = [
    'eyJ',
    id,
    sub,
    email,
    email.slice(0, 8),
    device.ip,
    'Mozilla',
    ...segments,
    ...decoded
  ]
  for (const secret of secrets) t.notOk(dump.includes(secret), `${secret.slice(0, 8)}...`)
})

test('a session takes at most 0.6 of the memory of plain JSON', async t => {
  const { redis, clock, store } = await open(t)
  const [data, tokens] = [signedIn(clock), newTokens(clock)]
  await store.create(newId(), data, tokens, device)
  const idToken = jwt([63, 579, 256])
  await redis.cli(
    'SET',
    'sess:json',
    JSON.stringify({ ...tokens, idToken, user: data.user }),
    'PX',
    '1000000'
  )
  const memory = async (key: string) => Number(await redis.cli('MEMORY', 'USAGE', key))
  const [record, json] = [await memory(await onlyKey(redis, /^test:s:/)), await memory('sess:json')]
  const index = await memory(await onlyKey(redis, /^test:i:/))
  t.comment(`record ${record}, plain JSON ${json}, index of one session ${index} bytes`)
  t.ok(record + index <= 0.6 * json)
})
