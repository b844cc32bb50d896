/** O-17: Redis servers of another kind than the configuration says. The log and readiness name the cause. */
import { type Test, test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import type { RedisConnection, RedisEvent, RedisOptions } from '../../src/redis/connection.ts'
import { startRedis } from '../support/redis.ts'
import { startCluster, until } from '../support/redis-cluster.ts'
import { freePort } from '../support/redis-process.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startService } from '../support/service.ts'

/** Without slots: its cluster has not been made yet. */
const startNode = async (t: Test) =>
  startRedis(t, ['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`])

function open(t: Test, options: RedisOptions) {
  const events: RedisEvent[] = []
  const onEvent = (event: RedisEvent) => events.push(event)
  const redis = connectRedis({ ...options, deadline: 10_000, onEvent })
  t.teardown(() => redis.close())
  const logged = () => events.flatMap(event => ('error' in event ? String(event.error) : []))
  return { redis, events, logged }
}

const address = ({ port }: { readonly port: number }) => `127.0.0.1:${port}`

const refusal = (asked: Promise<unknown>) =>
  asked.then(
    () => 'none',
    error => String(error.cause)
  )

/** Commands and readiness fail of this, and the log says so. A test that waits in vain ends by its own time-out. */
async function isSaid(t: Test, options: RedisOptions, ...causes: readonly string[]) {
  const { redis, logged } = open(t, options)
  const has = (text: string) => causes.every(cause => text.includes(cause))
  await until(async () => has(await refusal(redis.send('key', 'SET', 'key', 'value'))))
  await until(async () => has(await refusal(redis.reachableShare())))
  await until(async () => logged().some(has))
  t.pass(causes.join())
}

test('O-17 seeds of a cluster that are none are named with the cause, each with its address', async t => {
  const [plain, node, nobody] = [await startRedis(t), await startNode(t), await freePort()]
  const { address: sentinel } = await startSentinel(t)
  const seeds: [seed: string, cause: string][] = [
    [address(plain), 'it is a single Redis server and no node of a cluster: name it in REDIS_URL'],
    [address(node), 'its cluster has no slots yet'],
    [sentinel, 'it does not know CLUSTER: if it is a sentinel, list it in REDIS_SENTINELS'],
    [`127.0.0.1:${nobody}`, 'it cannot be reached (ECONNREFUSED)']
  ]
  for (const [seed, cause] of seeds) await isSaid(t, { clusterNodes: [seed] }, `${seed}: ${cause}`)
  const all = seeds.map(([seed, cause]) => `${seed}: ${cause}`)
  await isSaid(t, { clusterNodes: seeds.map(([seed]) => seed) }, ...all)
})

test('O-17 a sentinel that is given as a single server is named with the cause', async t => {
  const { address: sentinel } = await startSentinel(t)
  const cause = `${sentinel} is a sentinel and keeps no data: list it in REDIS_SENTINELS`
  await isSaid(t, { url: `redis://${sentinel}` }, cause)
})

test('O-17 a node of a cluster that is given as a single server is named with the cause', async t => {
  const node = await startNode(t)
  const { browser, logs } = await startService(t, { env: { REDIS_URL: node.url } })
  const one = browser()
  t.match(await one.get('/readyz'), { status: 503, json: { code: 'store_unavailable' } })
  const cause = `${address(node)} is a node of a Redis Cluster: list its nodes in REDIS_CLUSTER_NODES`
  t.match(
    logs.find(line => line.includes('"store_unusable"')),
    cause
  )
})

test('O-17 a cluster of one node that has all slots serves as a single server', async t => {
  const node = await startNode(t)
  await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  const { redis } = open(t, { url: node.url })
  await until(() => isWritten(redis))
  t.equal(await redis.reachableShare(), 1)
})

test('O-17 a cluster that is made later is found', async t => {
  const node = await startNode(t)
  const { redis, events } = open(t, { clusterNodes: [address(node)] })
  await until(async () => (await refusal(redis.reachableShare())).includes('no slots yet'))
  await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await until(() => isWritten(redis))
  t.equal(events.at(-1)?.type, 'redis_up')
})

const isWritten = (redis: RedisConnection) =>
  redis.send('key', 'SET', 'key', 'value').then(
    () => true,
    () => false
  )

test('O-17 a slot that no node has is named as such', async t => {
  const node = await startNode(t)
  // The slot of `key` is 12539.
  await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '12538')
  await node.cli('CONFIG', 'SET', 'cluster-require-full-coverage', 'no')
  const { redis } = open(t, { clusterNodes: [address(node)] })
  await until(async () =>
    redis.ping().then(
      () => true,
      () => false
    )
  )
  t.match(await refusal(redis.send('key', 'GET', 'key')), /No node of the cluster has the slot/)
})

test('O-17 nodes of a cluster that are lost are logged with their addresses', async t => {
  const cluster = await startCluster(t)
  const { redis, logged } = open(t, { clusterNodes: cluster.urls })
  await until(() => isWritten(redis))
  await Promise.all([...cluster.masters, cluster.replica].map(server => server.stop()))
  await until(async () =>
    /No node of the cluster responds/.test(await refusal(redis.reachableShare()))
  )
  const cause = await refusal(redis.reachableShare())
  for (const master of cluster.masters) t.match(cause, address(master))
  await until(async () => logged().length > 0)
  t.match(logged()[0], /127\.0\.0\.1:\d+/)
})

test('O-17 the log of the service has the cause once, and readiness has it as its reason', async t => {
  const plain = await startRedis(t)
  const { browser, logs } = await startService(t, { env: { REDIS_CLUSTER_NODES: address(plain) } })
  const one = browser()
  const cause = `${address(plain)}: it is a single Redis server and no node of a cluster`
  const lines = (event: string) => logs.filter(line => line.includes(cause) && line.includes(event))
  await until(async () => {
    t.match(await one.get('/readyz'), { status: 503, json: { code: 'store_unavailable' } })
    return lines('"store_unavailable"').length > 0
  })
  t.equal(lines('"redis_down"').length, 1)
})
