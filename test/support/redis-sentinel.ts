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
  readonly replica: TestRedis
  readonly sentinel: RedisProcess
  /** `host:port` of the sentinel. */
  readonly address: string
  readonly name: string
}

/** The master counts as lost after a third of a second; the fail-over follows. */
export async function startSentinel(
  t: Scope,
  args: readonly string[] = [],
  password?: string
): Promise<TestSentinel> {
  const settings = ['--repl-diskless-sync-delay', '0', ...args]
  const master = await startRedis(t, settings)
  const replica = await startRedis(t, [...settings, '--replicaof', '127.0.0.1', `${master.port}`])
  await until(async () =>
    /master_link_status:up/.test(String(await replica.cli('INFO', 'replication')))
  )
  const [port, folder] = [await freePort(), await testFolder(t)]
  const name = 'sessions'
  // The sentinel writes what it learns into its file.
  const file = join(folder, 'sentinel.conf')
  await writeFile(
    file,
    `port ${port}
bind 127.0.0.1
dir ${folder}
sentinel monitor ${name} 127.0.0.1 ${master.port} 1
sentinel down-after-milliseconds ${name} 300
sentinel failover-timeout ${name} 1000
${password ? `sentinel auth-pass ${name} ${password}` : ''}
`
  )
  const sentinel = redisProcess(needServer(), [file, '--sentinel'])
  t.teardown(() => sentinel.stop())
  await sentinel.start()
  const { cli } = commands(`redis://127.0.0.1:${port}`)
  // It knows the replica once the master has told it.
  await until(async () =>
    String(await cli('SENTINEL', 'REPLICAS', name)).includes(`${replica.port}`)
  )
  return { master, replica, sentinel, address: `127.0.0.1:${port}`, name }
}
