import { test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import {
  asSignedIn,
  newId,
  newTokens,
  newUser,
  signedIn,
  storeIn,
  testClock
} from '../contract/session-fixtures.ts'
import { liveSession } from '../support/found-session.ts'
import { startRedis } from '../support/redis.ts'
import { until } from '../support/redis-cluster.ts'

test('with Redis away every call fails closed, and an empty Redis is a fresh start', async t => {
  const redis = await startRedis(t)
  const clock = testClock()
  const backend = redisBackend(connectRedis({ url: redis.url }))
  t.teardown(() => backend.close())
  const store = storeIn({ backends: [backend, backend], clock, pass: async () => {} })
  const [id, user] = [newId(), newUser()]
  const data = signedIn(clock, user)
  const session = asSignedIn(await store.create(id, data, newTokens(clock)))
  const lease = await store.acquireLease(session, 60_000)
  if (lease === null) throw new Error('The lease was free')
  await redis.stop()
  clock.advance(120_000)

  const calls: Record<string, () => Promise<unknown>> = {
    create: () => store.create(newId(), data),
    find: () => store.find(id),
    update: () => store.update(session, data),
    replaceTokens: () => store.replaceTokens(session, newTokens(clock), user, lease),
    touch: () => store.touch(session),
    destroy: () => store.destroy(session),
    retire: () => store.retire(session),
    list: () => store.list(user.sub),
    destroyByHandle: () => store.destroyByHandle(user.sub, data.handle),
    destroyAll: () => store.destroyAll(user.sub),
    acquireLease: () => store.acquireLease(session, 1000),
    renewLease: () => store.renewLease(session, lease, 1000),
    releaseLease: () => store.releaseLease(session, lease),
    ping: () => store.ping()
  }
  for (const [name, call] of Object.entries(calls)) {
    await t.rejects(call(), { code: 'store_unavailable', retryAfterSeconds: 2 }, name)
  }

  await redis.start()
  await until(() =>
    store.ping().then(
      () => true,
      () => false
    )
  )
  t.equal((await store.find(id)).kind, 'ended')
  t.equal(await store.update(session, data), 'gone')
  t.same(await store.list(user.sub), [])
  // Another id: the service keeps at an end, and may come to that of the old one only now.
  await store.create(newId(), data)
  t.equal((await store.list(user.sub)).length, 1)
})

test('O-15 on a full Redis who is signed in goes on and can log out; only new sessions are refused', async t => {
  const redis = await startRedis(t)
  const clock = testClock()
  const backend = redisBackend(connectRedis({ url: redis.url, deadline: 10_000 }))
  t.teardown(() => backend.close())
  const store = storeIn({ backends: [backend, backend], clock, pass: async () => {} })
  const [id, other, user] = [newId(), newId(), newUser()]
  const session = asSignedIn(await store.create(id, signedIn(clock, user), newTokens(clock)))
  await store.create(other, signedIn(clock, user), newTokens(clock))
  await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
  await t.rejects(store.create(newId(), signedIn(clock)), { code: 'store_unavailable' })

  clock.advance(120_000)
  await store.touch(session)
  t.equal((await liveSession(store, id))?.lastSeenAt, clock(), 'the idle end slides')
  t.equal(await store.update(session, session.data), 'written')
  const lease = await store.acquireLease(session, 60_000)
  if (lease === null) throw new Error('The lease was free')
  const tokens = newTokens(clock)
  t.equal(await store.replaceTokens(session, tokens, user, lease), 'written', 'tokens are renewed')
  t.same((await liveSession(store, id))?.tokens(), tokens)
  await store.retire(session)
  t.equal(await store.destroyAll(user.sub), 1, 'all other sessions end')
  t.equal((await store.find(other)).kind, 'ended')
})
