/** A master with a replica and a sentinel that watches over them. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  commands,
  needServer,
  type Scope,
  startRedis,
  type TestRedis,
  testFolder
} from './redis.ts'
import { until } from './redis-cluster.ts'
import { freePort, type RedisProcess, redisProcess } from './redis-process.ts'

export interface TestSentinel {
  readonly master: TestRedis
  /** The first of `replicas`. */
  readonly replica: TestRedis
  readonly replicas: readonly TestRedis[]
  /** The first of `sentinels`. */
  readonly sentinel: RedisProcess
  readonly sentinels: readonly (RedisProcess & Pick<TestRedis, 'cli'>)[]
  /** `host:port` of the first sentinel. */
  readonly address: string
  readonly addresses: readonly string[]
  readonly name: string
}

export interface SentinelSetting {
  readonly args?: readonly string[]
  readonly password?: string
  readonly replicas?: number
  /** More than half of them make a fail-over. */
  readonly sentinels?: number
  /** When they take a silent server for dead (ms). */
  readonly downAfter?: number
}

/** Unless told otherwise the master counts as lost after a third of a second; the fail-over follows. */
export async function startSentinel(
  t: Scope,
  {
    args = [],
    password,
    replicas: count = 1,
    sentinels: watchers = 1,
    downAfter = 300
  }: SentinelSetting = {}
): Promise<TestSentinel> {
  const settings = ['--repl-diskless-sync-delay', '0', ...args]
  const master = await startRedis(t, settings)
  const follow = ['--replicaof', '127.0.0.1', `${master.port}`]
  const replica = await startRedis(t, [...settings, ...follow])
  const others = Array.from({ length: count - 1 }, () => startRedis(t, [...settings, ...follow]))
  const replicas = [replica, ...(await Promise.all(others))]
  for (const { cli } of replicas) {
    await until(async () => /master_link_status:up/.test(String(await cli('INFO', 'replication'))))
  }
  const name = 'sessions'
  const start = () =>
    startWatching(t, { name, master, password, quorum: (watchers >> 1) + 1, downAfter })
  const first = await start()
  const more = await Promise.all(Array.from({ length: watchers - 1 }, start))
  const sentinels = [first, ...more]
  for (const { cli } of sentinels) {
    // They know the replicas once the master has told them, and each other by way of it.
    await until(async () => {
      const known = String(await cli('SENTINEL', 'REPLICAS', name))
      const fellows = [await cli('SENTINEL', 'SENTINELS', name)].flat()
      return (
        replicas.every(({ port }) => known.includes(`${port}`)) && fellows.length === more.length
      )
    })
  }
  const addresses = sentinels.map(({ address }) => address)
  return {
    master,
    replica,
    replicas,
    sentinel: first,
    sentinels,
    address: first.address,
    addresses,
    name
  }
}

interface Watched {
  readonly name: string
  readonly master: TestRedis
  readonly password: string | undefined
  readonly quorum: number
  readonly downAfter: number
}

async function startWatching(t: Scope, { name, master, password, quorum, downAfter }: Watched) {
  const [port, folder] = [await freePort(), await testFolder(t)]
  // The sentinel writes what it learns into its file.
  const file = join(folder, 'sentinel.conf')
  await writeFile(
    file,
    `port ${port}
bind 127.0.0.1
dir ${folder}
sentinel monitor ${name} 127.0.0.1 ${master.port} ${quorum}
sentinel down-after-milliseconds ${name} ${downAfter}
sentinel failover-timeout ${name} 1000
${password ? `sentinel auth-pass ${name} ${password}` : ''}
`
  )
  const sentinel = redisProcess(needServer(), [file, '--sentinel'])
  t.teardown(() => sentinel.stop())
  await sentinel.start()
  const { cli } = commands(`redis://127.0.0.1:${port}`)
  return Object.assign(sentinel, { cli, address: `127.0.0.1:${port}` })
}
