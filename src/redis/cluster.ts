/** A Redis Cluster: each session lives on the node that its hash tag belongs to. */
import { setTimeout as wait } from 'node:timers/promises'
import { createCluster } from 'redis'
import {
  clientOptions,
  commandOptions,
  connectionStatus,
  connectWithRetries,
  credentialsOf,
  hostAndPort,
  parseEndpoints,
  socketOptions,
  withHostAndPort
} from './client.ts'
import { connectBySeeds } from './cluster-seeds.ts'
import type { ClusterOptions, RedisArgument, RedisEventListener } from './connection.ts'
import type { ReplicationConnections } from './replicated-writes.ts'
import { messageOf } from './script.ts'
import { countReplicas } from './server.ts'
import type { RedisTransport } from './transport.ts'

/** How often each node is pinged, and how long its reply may take (ms). */
const pingInterval = 500
const pingTimeout = 1000

/** The part of a node's client that is used here. */
interface NodeClient {
  readonly isReady: boolean
  sendCommand(command: readonly RedisArgument[]): Promise<unknown>
  connect(): Promise<unknown>
  destroy(): void
}

export function clusterTransport(
  { clusterNodes }: ClusterOptions,
  onEvent: RedisEventListener
): RedisTransport {
  const cluster = openCluster(clusterNodes)
  const status = connectionStatus(onEvent)
  let connectError: unknown = new Error('The cluster has not been reached yet')
  cluster
    .on('error', () => {})
    .on('node-error', (error, node) => status.down(withHostAndPort(error, hostAndPort(node))))

  const connect = () =>
    connectBySeeds(cluster, parseEndpoints(clusterNodes)).catch(error => {
      connectError = error
      throw error
    })
  void connectWithRetries(connect, status)
  const pings = pingNodes(() => {
    if (!cluster.isReady || cluster.masters.length === 0) return []
    // A node gets its client with its first command.
    const nodes = cluster.masters.flatMap(({ client }) => client ?? [])
    if (nodes.every(({ isReady }) => isReady)) status.up()
    return nodes
  })
  const connectedCluster = () => {
    if (!cluster.isReady) throw connectError
    return cluster
  }
  return {
    firstAttempt: status.firstAttempt,
    singleConnection: false,
    async send(key, command) {
      if (key !== undefined) return connectedCluster().sendCommand(key, false, [...command])
      // Any node will do: where a part of the cluster is away, the sessions on the rest can still be served.
      const { masters } = connectedCluster()
      return Promise.any(
        masters.map(async master => (await cluster.nodeClient(master)).sendCommand([...command]))
      )
    },
    explain,
    // Sharded: an unsharded message goes to every node of the cluster.
    publish: (channel, message) =>
      cluster.sendCommand(channel, false, ['SPUBLISH', channel, message]),
    subscribe: (channel, onMessage) => cluster.sSubscribe(channel, onMessage),
    // A node redirects commands itself (MOVED).
    reconnect() {},
    reachableShare: async timeout => reachableShare(connectedCluster(), timeout),
    openReplication: () => clusterReplication(clusterNodes),
    async close() {
      clearInterval(pings)
      status.stop()
      await cluster.close()
    },
    destroy: () => cluster.destroy()
  }
}

/** The library's own errors for a slot that no node has, and for nodes that all fail, name no cause. */
function explain(error: unknown): unknown {
  if (error instanceof TypeError) {
    return new Error('No node of the cluster has the slot of this key', { cause: error })
  }
  return error instanceof AggregateError && error.errors.length > 0
    ? new Error(error.errors.map(messageOf).join('; '), { cause: error })
    : error
}

/**
 * Connections are opened when first used: else one dead node delays the discovery of all others
 * (the library waits for it). After a lost connection the library soon asks for the new topology.
 */
function openCluster(clusterNodes: readonly string[]) {
  const nodes = parseEndpoints(clusterNodes)
  const [first] = nodes
  return createCluster({
    RESP: 2,
    rootNodes: nodes.map(({ host, port }) => ({ socket: { host, port } })),
    defaults: { ...clientOptions, ...credentialsOf(first), socket: socketOptions(first.tls) },
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: 250,
    commandOptions
  })
}

/**
 * Pings each node at an interval, and reconnects where the reply takes too long. A frozen node keeps its
 * connections, and under load their sockets are never idle (each write counts as activity). After the reconnection
 * its commands fail at once, and the library asks for the new topology.
 */
function pingNodes(nodes: () => NodeClient[]): NodeJS.Timeout {
  const pinged = new WeakSet<NodeClient>()
  const pingNode = async (node: NodeClient) => {
    if (pinged.has(node) || !node.isReady) return
    pinged.add(node)
    const timer = setTimeout(() => {
      node.destroy()
      node.connect().catch(() => {})
    }, pingTimeout)
    // Any reply will do, an error too: the client of a lost connection reconnects by itself.
    await node.sendCommand(['PING']).catch(() => {})
    clearTimeout(timer)
    pinged.delete(node)
  }
  return setInterval(() => {
    for (const node of nodes()) void pingNode(node)
  }, pingInterval)
}

/** Slots of the nodes that reply to a ping within `timeout` ms, as a share of all slots. */
async function reachableShare(
  cluster: ReturnType<typeof openCluster>,
  timeout: number
): Promise<number> {
  const reachable = new Set<string>()
  const pings = cluster.masters.map(async master => {
    const node = await cluster.nodeClient(master)
    await node.sendCommand(['PING'])
    reachable.add(master.address)
  })
  await Promise.race([Promise.allSettled(pings), wait(timeout)])
  const reachedSlots = cluster.slots.filter(slot => reachable.has(slot.master.address)).length
  if (reachedSlots === 0) {
    const nodes = cluster.masters.map(({ address }) => address).join(', ')
    throw new Error(`No node of the cluster responds: ${nodes}`)
  }
  return reachedSlots / slotCount
}

/** Two connections to each node: one for writes, and one that never writes, so that WAIT on it counts replicas. */
function clusterReplication(clusterNodes: readonly string[]): ReplicationConnections {
  const writer = openCluster(clusterNodes)
  const replicaCounter = openCluster(clusterNodes)
  let connections = 0
  writer.on('node-ready', () => {
    connections += 1
  })
  const status = connectionStatus(() => {})
  const ready = Promise.all(
    [writer, replicaCounter].map(cluster => {
      cluster.on('error', () => {}).on('node-error', () => {})
      return connectWithRetries(() => connectBySeeds(cluster, parseEndpoints(clusterNodes)), status)
    })
  )
  return {
    ready: () => ready,
    connectionOf: key => `${writer.slots[hashSlot(key)]?.master.address} ${connections}`,
    send: (key, command) => writer.sendCommand(key, false, [...command]),
    replicaCount: key =>
      countReplicas({
        sendCommand: command => replicaCounter.sendCommand(key, true, [...command])
      }),
    close() {
      status.stop()
      writer.destroy()
      replicaCounter.destroy()
    }
  }
}

export const slotCount = 16_384

/** The slot of a key (Redis Cluster specification, "Key distribution model"). */
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
