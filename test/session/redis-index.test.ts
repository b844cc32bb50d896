/** The lines of the index in Redis: what scripts do to them byte by byte. */
import { randomBytes } from 'node:crypto'
import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { entryEndAt } from '../../src/session/index-entry.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import { startRedis } from '../support/redis.ts'

const now = 1_800_000_000_000
const ttl = 60_000

async function open(t: Test) {
  const redis = await startRedis(t)
  const backend = redisBackend(connectRedis({ url: redis.url }))
  t.teardown(() => backend.close())
  return { redis, index: backend.index }
}

/** Of a random record, ending at `ends`, with some bytes of details. */
const handles = (length: number) => Array.from({ length }, (_, i) => `handle ${i}`)

function entry(ends: number, details = 200): Buffer {
  const bytes = randomBytes(50 + details)
  bytes.writeUIntBE(ends, entryEndAt, 6)
  return bytes
}

test('entries come back as they went in, whatever their bytes and lengths', async t => {
  const { index } = await open(t)
  const added = ['', 'a', 'ü', 'x'.repeat(255)].map((handle, i) => ({
    handle,
    entry: entry(now + 1, i * 300)
  }))
  for (const one of added) await index.add('user', one, ttl, now)
  t.same(await index.all('user'), added)
  t.same(await index.find('user', 'ü'), added[2]?.entry)
  t.equal(await index.find('user', 'u'), null)
})

test('a handle that is given to another session names that one alone', async t => {
  const { index } = await open(t)
  const [one, other] = [entry(now + 1), entry(now + 1)]
  await index.add('user', { handle: 'a', entry: one }, ttl, now)
  await index.add('user', { handle: 'a', entry: other }, ttl, now)
  t.same(await index.all('user'), [{ handle: 'a', entry: other }])
  await index.drop('user', [{ handle: 'a', entry: one }])
  t.same(await index.find('user', 'a'), other, 'what named the first is gone already')
  await index.drop('user', [{ handle: 'a', entry: other }])
  t.same(await index.all('user'), [])
})

test('an index of hundreds is whole, and the later of two lines with one handle counts', async t => {
  const { redis, index } = await open(t)
  const added = handles(300).map(handle => ({ handle, entry: entry(now + 1) }))
  for (const one of added) await index.add('user', one, ttl, now)
  t.same(await index.all('user'), added)
  const again = entry(now + 1)
  await index.add('user', { handle: 'handle 7', entry: again }, ttl, now)
  t.same(await index.find('user', 'handle 7'), again)
  t.equal((await index.all('user')).length, 300)
  await index.drop('user', added.slice(0, 299))
  t.same(
    (await index.all('user')).map(({ handle }) => handle),
    ['handle 299', 'handle 7']
  )
  t.ok(Number(await redis.cli('PTTL', 'bff:i:{user}')) > ttl - 30_000, 'it ends when it would')
})

test('a large index loses what is past its end, too, before it has grown much', async t => {
  const { redis, index } = await open(t)
  for (const handle of handles(300)) {
    await index.add('user', { handle, entry: entry(now + 1) }, ttl, now)
  }
  const before = Number(await redis.cli('STRLEN', 'bff:i:{user}'))
  for (const handle of handles(40)) {
    await index.add('user', { handle: `later ${handle}`, entry: entry(now + 9) }, ttl, now + 5)
  }
  t.ok(Number(await redis.cli('STRLEN', 'bff:i:{user}')) < before / 5)
  t.equal((await index.all('user')).length, 40)
})
