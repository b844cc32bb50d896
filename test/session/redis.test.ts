import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import { testClock } from '../contract/session-fixtures.ts'
import { sessionStoreContract } from '../contract/session-store.ts'
import { startRedis } from '../support/redis.ts'

test('the Redis store keeps the contract, for two instances', async t => {
  const { url } = await startRedis(t)
  await sessionStoreContract(t, async t => {
    const backends = [
      redisBackend(connectRedis({ url })),
      redisBackend(connectRedis({ url }))
    ] as const
    t.teardown(() => Promise.all(backends.map(backend => backend.close())))
    return { backends, clock: testClock(), pass: ms => wait(ms) }
  })
})
