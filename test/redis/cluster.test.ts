import { setTimeout as wait } from 'node:timers/promises'
import { type Test, test } from 'tap'
import type { LoadedSession } from '../../src/auth/session.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import type { RedisEvent } from '../../src/redis/connection.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import { newId, newTokens, signedIn, storeIn, testClock } from '../contract/session-fixtures.ts'
import { sessionStoreContract } from '../contract/session-store.ts'
import { liveSession } from '../support/found-session.ts'
import { replicated, startCluster, type TestCluster, until } from '../support/redis-cluster.ts'

function open(t: Test, { urls }: TestCluster, deadline = 500) {
  const events: RedisEvent[] = []
  const onEvent = (event: RedisEvent) => events.push(event)
  const redis = connectRedis({ clusterNodes: urls, onEvent, deadline })
  const backend = redisBackend(redis)
  t.teardown(() => backend.close())
  const clock = testClock()
  const store = storeIn({ backends: [backend, backend], clock, pass: async () => {} })
  return { redis, backend, store, clock, events }
}

type Opened = ReturnType<typeof open>

/** So many that each of the three masters has some. */
async function begin({ store, clock }: Opened): Promise<LoadedSession[]> {
  const create = () => store.create(newId(), signedIn(clock), newTokens(clock))
  return Promise.all(Array.from({ length: 30 }, create))
}

/** Of sessions, which are read and written again; the others are refused, not lost. */
async function usable({ store }: Opened, sessions: readonly LoadedSession[]): Promise<boolean[]> {
  const use = async ({ id }: LoadedSession) => {
    const session = await liveSession(store, id)
    if (!session) throw new Error('A session was lost')
    return (await store.update(session, session.data)) === 'written'
  }
  return Promise.all(
    sessions.map(session =>
      use(session).catch(error => {
        if (error.code === 'store_unavailable') return false
        throw error
      })
    )
  )
}

const all = (outcomes: readonly boolean[]) => outcomes.every(Boolean)

test('a cluster keeps the contract, for two instances', async t => {
  const cluster = await startCluster(t)
  await sessionStoreContract(t, async t => {
    const backend = () => open(t, cluster, 10_000).backend
    const backends = [backend(), backend()] as const
    return { backends, clock: testClock(), pass: ms => wait(ms) }
  })
})

for (const trouble of ['killed', 'frozen'] as const) {
  test(`sessions survive the loss of a node that is ${trouble}`, async t => {
    const cluster = await startCluster(t)
    const opened = open(t, cluster)
    const sessions = await begin(opened)
    const [lost] = cluster.masters
    await replicated(lost, cluster.replica)
    if (trouble === 'killed') await lost.stop()
    else lost.freeze()
    const during = await usable(opened, sessions)
    t.ok(during.includes(false), 'those of the lost node are refused')
    t.ok(during.includes(true), 'those of the others go on')
    await opened.redis.ping()
    await until(async () => all(await usable(opened, sessions)))
    t.match(String(await cluster.replica.cli('ROLE')), /^master/)
    await until(async () => opened.events.at(-1)?.type === 'redis_up')
    lost.thaw()
  })
}

test('sessions are found where their slots have moved to', async t => {
  const cluster = await startCluster(t)
  const opened = open(t, cluster, 10_000)
  const sessions = await begin(opened)
  const [from, to] = cluster.masters
  const [source, target] = [
    String(await from.cli('CLUSTER', 'MYID')),
    String(await to.cli('CLUSTER', 'MYID'))
  ]
  const keys = JSON.parse(JSON.stringify(await from.cli('KEYS', 'bff:s:*')))
  const slot = String(await from.cli('CLUSTER', 'KEYSLOT', keys[0]))
  await to.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source)
  await from.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', target)
  t.ok(all(await usable(opened, sessions)), 'before the keys have moved')
  await from.cli('MIGRATE', '127.0.0.1', `${to.port}`, keys[0], '0', '1000')
  t.ok(all(await usable(opened, sessions)), 'after the keys, before the slot')
  for (const { cli } of cluster.masters) await cli('CLUSTER', 'SETSLOT', slot, 'NODE', target)
  t.ok(all(await usable(opened, sessions)), 'after the slot')
})

test('the service starts without the cluster, and finds it when it comes', async t => {
  const cluster = await startCluster(t)
  const { masters } = cluster
  await Promise.all(masters.map(server => server.stop()))
  const opened = open(t, cluster)
  await t.rejects(opened.redis.ping(), { code: 'store_unavailable' })
  await t.rejects(begin(opened), { code: 'store_unavailable' })
  await Promise.all(masters.map(server => server.start()))
  await until(async () => {
    const sessions = await begin(opened).catch(() => [])
    return sessions.length > 0 && all(await usable(opened, sessions))
  })
  await opened.redis.ping()
})
