/** What stands in Redis for a moment where a session was replaced. */

import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { decodeRecord, headerLength, tombstone } from '../../src/session/record.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import { newId, newTokens, signedIn, storeIn, testClock } from '../contract/session-fixtures.ts'
import { liveSession } from '../support/found-session.ts'
import { startRedis } from '../support/redis.ts'

/** A session that this instance knows, that is being refreshed, and that has just been replaced. */
async function replaced(t: Test) {
  const redis = await startRedis(t)
  const backend = redisBackend(connectRedis({ url: redis.url }))
  t.teardown(() => backend.close())
  const clock = testClock()
  const store = storeIn({ backends: [backend, backend], clock, pass: async () => {} })
  const session = await store.create(newId(), signedIn(clock), newTokens(clock))
  await store.acquireLease(session, 60_000)
  for (let i = 0; i < 3; i++) await liveSession(store, session.id)
  await store.retire(session)
  return { redis, store, session }
}

test('all that is left is one byte, for half a minute', async t => {
  const { redis } = await replaced(t)
  const keys = [await redis.cli('KEYS', '*')].flat().map(String)
  t.equal(keys.length, 1)
  const [key = ''] = keys
  t.match(key, /^bff:s:/)
  t.equal(await redis.cli('STRLEN', key), 1)
  const left = Number(await redis.cli('PTTL', key))
  t.ok(left <= 30_000 && left > 20_000)
})

test('it comes out of the one command that reads a session', async t => {
  const { redis, store, session } = await replaced(t)
  await redis.cli('CONFIG', 'RESETSTAT')
  t.equal((await store.find(session.id)).kind, 'replaced')
  const stats = String(await redis.cli('INFO', 'commandstats'))
  t.match(stats, /cmdstat_getrange:calls=1,/)
  t.notMatch(stats, /cmdstat_(get|eval|evalsha|set):/)
})

test('an instance that does not know it finds no session', async t => {
  t.equal(decodeRecord(tombstone), null)
  t.ok(tombstone.length < headerLength, 'nor do its scripts')
})
