/** A real Redis Cluster for a test: three masters, and a replica of the first. */

import { setTimeout as wait } from 'node:timers/promises'
import { type Scope, startRedis, type TestRedis } from './redis.ts'
import { freePort } from './redis-process.ts'

export interface TestCluster {
  readonly masters: readonly [TestRedis, TestRedis, TestRedis]
  readonly replica: TestRedis
  readonly urls: readonly string[]
}

/** A node counts as lost after half a second, and its replica takes over a moment later. */
export async function startCluster(t: Scope): Promise<TestCluster> {
  const start = async () => {
    const bus = ['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`]
    // A part of the slots goes on when another is away; replicas are filled without the usual
    // delay.
    const settings = ['--cluster-require-full-coverage', 'no', '--repl-diskless-sync-delay', '0']
    return startRedis(t, [...bus, '--cluster-node-timeout', '500', ...settings])
  }
  const masters = [await start(), await start(), await start()] as const
  const replica = await start()
  const nodes = [...masters, replica]
  const [first] = masters
  const share = Math.ceil(16384 / masters.length)
  for (const [i, { cli }] of masters.entries()) {
    const last = Math.min(16384, (i + 1) * share) - 1
    await cli('CLUSTER', 'ADDSLOTSRANGE', `${i * share}`, `${last}`)
    await cli('CLUSTER', 'SET-CONFIG-EPOCH', `${i + 1}`)
  }
  for (const { cli, port } of nodes.slice(1)) {
    const busPort = String(await cli('CONFIG', 'GET', 'cluster-port')).split(',')[1] ?? ''
    await first.cli('CLUSTER', 'MEET', '127.0.0.1', `${port}`, busPort)
  }
  const id = String(await first.cli('CLUSTER', 'MYID'))
  await until(async () => String(await replica.cli('CLUSTER', 'NODES')).includes(id))
  await replica.cli('CLUSTER', 'REPLICATE', id)
  for (const { cli } of nodes)
    await until(async () => healthy(String(await cli('CLUSTER', 'INFO'))))
  await until(async () =>
    /master_link_status:up/.test(String(await replica.cli('INFO', 'replication')))
  )
  for (const { cli } of masters) {
    await until(async () => String(await cli('CLUSTER', 'NODES')).includes(`slave ${id}`))
  }
  return { masters, replica, urls: masters.map(({ url }) => url) }
}

const healthy = (info: string) =>
  info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:4')

/** Asks until it is so; a test that waits in vain ends by its own time-out. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(20)
}

/** A new replica gets what was written lately a moment later than it says that it is up. */
export async function replicated(master: TestRedis, replica: TestRedis): Promise<void> {
  const size = await master.cli('DBSIZE')
  await until(async () => (await replica.cli('DBSIZE')) === size)
}
