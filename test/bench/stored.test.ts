/** The sessions that the benchmark fills a Redis with are sessions of the product. */

import { test } from 'tap'
import { sessionKey } from '../../bench/service.ts'
import { fill, weighPlainJson } from '../../bench/stored/fill.ts'
import { sessionId } from '../../bench/stored/session.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import { createSessionStore } from '../../src/session/store.ts'
import { liveSession } from '../support/found-session.ts'
import { startRedis } from '../support/redis.ts'

const sessions = 300

test('each of the filled-in sessions opens, under its id, with its user and tokens', async t => {
  const server = await startRedis(t)
  const weight = await fill(server.url, sessions)
  const store = createSessionStore({
    backend: redisBackend(connectRedis({ url: server.url })),
    keys: [sessionKey],
    idleSeconds: 1800
  })
  t.teardown(() => store.close())
  for (const number of [0, 255, 256, sessions - 1]) {
    const session = await liveSession(store, sessionId(number))
    t.match(session?.data, { kind: 'authenticated', user: { email: /^somebody/ } })
    t.equal(session?.tokens()?.accessToken.split('.').length, 3)
  }
  t.equal((await store.find(sessionId(sessions))).kind, 'ended')
  t.ok(weight.record > 2000 && weight.record < weight.each, 'the index comes on top of the record')
})

test('what is read of them slides no idle time, or a load would be one of writes', async t => {
  const server = await startRedis(t)
  await fill(server.url, 1)
  const store = createSessionStore({
    backend: redisBackend(connectRedis({ url: server.url })),
    keys: [sessionKey],
    idleSeconds: 1800
  })
  t.teardown(() => store.close())
  const session = await liveSession(store, sessionId(0))
  await server.cli('CONFIG', 'RESETSTAT')
  if (session) await store.touch(session)
  else t.fail('it is there')
  t.notMatch(String(await server.cli('INFO', 'commandstats')), /evalsha/)
})

test('plain JSON is weighed in a Redis that is empty afterwards', async t => {
  const server = await startRedis(t)
  const each = await weighPlainJson(server.url, sessions)
  t.ok(each > 4500 && each < 8000, `${each} bytes`)
  t.equal(Number(await server.cli('DBSIZE')), 0)
})
