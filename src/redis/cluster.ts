/** A Redis Cluster: each session lives on the node that its hash tag belongs to. */
import { setTimeout as wait } from 'node:timers/promises'
import { createCluster } from 'redis'
import type { ClusterOptions, RedisArgument, Report } from './connection.ts'
import type { RedisDriver } from './deadline.ts'
import {
  commandOptions,
  credentials,
  endpoints,
  health,
  keepConnecting,
  linkOptions,
  serverName,
  socketOptions,
  withAddress
} from './link.ts'
import type { LastingLinks } from './reconnecting.ts'
import { messageOf } from './script.ts'
import { connectBySeeds } from './seeds.ts'
import { countReplicas } from './server.ts'

/** How often each node is asked for a sign of life, and how long it may take, in ms. */
const watchInterval = 500
const longestSilence = 1000

/** What is used of a node's client. */
interface Node {
  readonly isReady: boolean
  sendCommand(command: readonly RedisArgument[]): Promise<unknown>
  connect(): Promise<unknown>
  destroy(): void
}

export function clusterDriver({ clusterNodes }: ClusterOptions, report: Report): RedisDriver {
  const cluster = openCluster(clusterNodes)
  const news = health(report)
  let trouble: unknown = new Error('The cluster has not been reached yet')
  cluster
    .on('error', () => {})
    .on('node-error', (error, node) => news.down(withAddress(error, serverName(node))))

  const connect = () =>
    connectBySeeds(cluster, endpoints(clusterNodes)).catch(error => {
      trouble = error
      throw error
    })
  void keepConnecting(connect, news)
  const watch = watchNodes(() => {
    if (!cluster.isReady || cluster.masters.length === 0) return []
    // A node without a client was not needed yet.
    const nodes = cluster.masters.flatMap(({ client }) => client ?? [])
    if (nodes.every(({ isReady }) => isReady)) news.up()
    return nodes
  })
  const reached = () => {
    if (!cluster.isReady) throw trouble
    return cluster
  }
  return {
    started: news.started,
    oneLink: false,
    async send(key, command) {
      if (key !== undefined) return reached().sendCommand(key, false, [...command])
      // Ready as long as a part of the cluster is: other sessions are not lost, only away.
      const { masters } = reached()
      return Promise.any(
        masters.map(async master => (await cluster.nodeClient(master)).sendCommand([...command]))
      )
    },
    explain,
    // Sharded: an unsharded message goes to every node of the cluster.
    publish: (channel, message) =>
      cluster.sendCommand(channel, false, ['SPUBLISH', channel, message]),
    subscribe: (channel, onMessage) => cluster.sSubscribe(channel, onMessage),
    // Each node sends us on to the right one.
    renew() {},
    share: async within => shareOf(reached(), within),
    lastingLinks: () => clusterLinks(clusterNodes),
    async close() {
      clearInterval(watch)
      news.silence()
      await cluster.close()
    },
    destroy: () => cluster.destroy()
  }
}

/** The library's own words for a slot that no node has, and for nodes that all fail, name no cause. */
function explain(error: unknown): unknown {
  if (error instanceof TypeError) {
    return new Error('No node of the cluster has the slot of this key', { cause: error })
  }
  return error instanceof AggregateError && error.errors.length > 0
    ? new Error(error.errors.map(messageOf).join('; '), { cause: error })
    : error
}

/**
 * Connections are made when first used: else one dead node holds up finding out about all others
 * (the library waits for it). A lost node is reason to ask soon who has taken its place.
 */
function openCluster(clusterNodes: readonly string[]) {
  const nodes = endpoints(clusterNodes)
  const [first] = nodes
  return createCluster({
    RESP: 2,
    rootNodes: nodes.map(({ host, port }) => ({ socket: { host, port } })),
    defaults: { ...linkOptions, ...credentials(first), socket: socketOptions(first.tls) },
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: 250,
    commandOptions
  })
}

/**
 * A frozen node keeps its connections, and under load the socket never falls silent (each write
 * counts as activity). So each node has to answer a ping in time, or is connected to anew: its
 * commands then fail at once, and the loss makes the library look for its successor.
 */
function watchNodes(nodes: () => Node[]): NodeJS.Timeout {
  const asked = new WeakSet<Node>()
  const watch = async (node: Node) => {
    if (asked.has(node) || !node.isReady) return
    asked.add(node)
    const late = setTimeout(() => {
      node.destroy()
      node.connect().catch(() => {})
    }, longestSilence)
    // How it fails does not matter: the client of a lost connection reconnects by itself.
    await node.sendCommand(['PING']).catch(() => {})
    clearTimeout(late)
    asked.delete(node)
  }
  return setInterval(() => {
    for (const node of nodes()) void watch(node)
  }, watchInterval)
}

/** Slots of nodes that answer, of all slots. */
async function shareOf(cluster: ReturnType<typeof openCluster>, within: number): Promise<number> {
  const answering = new Set<string>()
  const asked = cluster.masters.map(async master => {
    const node = await cluster.nodeClient(master)
    await node.sendCommand(['PING'])
    answering.add(master.address)
  })
  await Promise.race([Promise.allSettled(asked), wait(within)])
  const reached = cluster.slots.filter(slot => answering.has(slot.master.address)).length
  if (reached === 0) {
    const addresses = cluster.masters.map(({ address }) => address).join(', ')
    throw new Error(`No node of the cluster responds: ${addresses}`)
  }
  return reached / slotCount
}

/** Two connections to each node: one for writes, and one that never writes and so counts replicas. */
function clusterLinks(clusterNodes: readonly string[]): LastingLinks {
  const writes = openCluster(clusterNodes)
  const watch = openCluster(clusterNodes)
  let connections = 0
  writes.on('node-ready', () => {
    connections += 1
  })
  const quiet = health(() => {})
  const ready = Promise.all(
    [writes, watch].map(cluster => {
      cluster.on('error', () => {}).on('node-error', () => {})
      return keepConnecting(() => connectBySeeds(cluster, endpoints(clusterNodes)), quiet)
    })
  )
  return {
    ready: () => ready,
    place: key => `${writes.slots[hashSlot(key)]?.master.address} ${connections}`,
    send: (key, command) => writes.sendCommand(key, false, [...command]),
    replicas: key =>
      countReplicas({ sendCommand: command => watch.sendCommand(key, true, [...command]) }),
    close() {
      quiet.silence()
      writes.destroy()
      watch.destroy()
    }
  }
}

// Which part of a Redis Cluster a key belongs to (Redis Cluster specification, "Key distribution model").

export const slotCount = 16_384

export function hashSlot(key: string): number {
  const open = key.indexOf('{')
  const close = key.indexOf('}', open + 1)
  const tag = open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key
  return crc16(Buffer.from(tag)) % slotCount
}

/** CRC-16/XMODEM. */
function crc16(bytes: Buffer): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff
  }
  return crc
}
