/** One Redis server: its transport, and its connections for replicated writes. */

import {
  connectionStatus,
  createServerClient,
  type Endpoint,
  hostAndPort,
  parseEndpoint,
  type RedisClient,
  withHostAndPort
} from './client.ts'
import { integer, type RedisEventListener, type ServerOptions } from './connection.ts'
import type { ReplicationConnections } from './replicated-writes.ts'
import { messageOf } from './script.ts'
import type { RedisTransport } from './transport.ts'

/** The shortest time between two reconnections because of a read-only server (ms). */
const minReconnectInterval = 1000

export function serverTransport(
  { url }: ServerOptions,
  onEvent: RedisEventListener
): RedisTransport {
  const server = parseEndpoint(url)
  const client = createServerClient(server)
  const status = connectionStatus(onEvent)
  const name = hostAndPort(server)
  let isSentinel = false
  let connectError: unknown
  client
    .on('ready', () => void checkMode())
    .on('error', error => {
      connectError = withHostAndPort(error, name)
      status.down(connectError)
    })

  async function checkMode(): Promise<void> {
    // An error means that the connection has broken: the client reports that itself, and reconnects.
    const mode = await serverFields(client).then(
      fields => fields.get('mode'),
      () => undefined
    )
    isSentinel = mode === 'sentinel'
    if (isSentinel) status.down(sentinelError(name))
    else if (client.isReady) status.up()
  }
  let reconnectedAt = Number.NEGATIVE_INFINITY
  // The client retries for ever: connecting fails only where it is closed meanwhile.
  const connect = () => void client.connect().catch(() => {})
  connect()
  const subscribers: (typeof client)[] = []
  return {
    firstAttempt: status.firstAttempt,
    singleConnection: true,
    send: (_key, command) => client.sendCommand(command),
    explain(error) {
      if (isSentinel) return sentinelError(name)
      const message = messageOf(error)
      // Without a connection the library only says that there is none, not why.
      if (/^The client is (offline|closed)/.test(message)) return connectError ?? error
      // Only nodes of a cluster send these; a node that has all slots serves like a single server.
      return /^(MOVED|ASK|CLUSTERDOWN) /.test(message) ? nodeError(name, error) : error
    },
    reachableShare: async () => {
      if (isSentinel) throw sentinelError(name)
      await client.ping()
      return 1
    },
    publish: (channel, message) => client.sendCommand(['PUBLISH', channel, message]),
    async subscribe(channel, onMessage) {
      const subscriber = client.duplicate()
      subscribers.push(subscriber)
      // The connection for commands reports what is wrong with the server.
      subscriber.on('error', () => {})
      await subscriber.connect()
      await subscriber.subscribe(channel, onMessage)
    },
    reconnect(cause) {
      if (status.isStopped || performance.now() - reconnectedAt < minReconnectInterval) return
      reconnectedAt = performance.now()
      status.down(cause)
      client.destroy()
      connect()
    },
    openReplication: () => serverReplication(server),
    async close() {
      status.stop()
      for (const subscriber of subscribers) subscriber.destroy()
      await client.close()
    },
    destroy() {
      for (const subscriber of subscribers) subscriber.destroy()
      client.destroy()
    }
  }
}

const sentinelError = (name: string) =>
  new Error(`${name} is a sentinel and keeps no data: list it in REDIS_SENTINELS`)

const nodeError = (name: string, cause: unknown) =>
  new Error(`${name} is a node of a Redis Cluster: list its nodes in REDIS_CLUSTER_NODES`, {
    cause
  })

/**
 * For how long a replica is still counted after it has left (ms). A replica that is being promoted leaves first, and
 * sentinels name it a second later: until then its old primary must not pass for a server without replicas.
 */
const replicaMemory = 3000

export interface ServerReplication extends ReplicationConnections {
  /** Counts the present replicas, for `replicaCount` to remember. */
  sampleReplicas(): Promise<void>
  /** `master` or `slave`/`replica`; undefined where the server does not say. */
  role(): Promise<string | undefined>
}

/** Connects at once. `eligibleReplicas` is the number of replicas that sentinels could promote. */
export function serverReplication(
  server: Endpoint,
  eligibleReplicas: () => number = () => Number.POSITIVE_INFINITY
): ServerReplication {
  const writer = createServerClient(server)
  const replicaCounter = createServerClient(server)
  const replicas = recentMaximum(replicaMemory)
  let connection = 0
  writer.on('ready', () => {
    connection += 1
  })
  const ready = Promise.all([writer, replicaCounter].map(connect))
  const sampleReplicas = async () =>
    replicas.add(Math.min(eligibleReplicas(), await countReplicas(replicaCounter)))
  return {
    ready: () => ready,
    connectionOf: () => `${connection}`,
    send: (_key, command) => writer.sendCommand(command),
    sampleReplicas,
    role: async () => (await serverFields(replicaCounter)).get('role'),
    async replicaCount() {
      await sampleReplicas()
      return replicas.largest()
    },
    close() {
      writer.destroy()
      replicaCounter.destroy()
    }
  }
}

/** The client retries for ever: connecting fails only where it is closed meanwhile. */
async function connect(client: RedisClient): Promise<void> {
  client.on('error', () => {})
  await client.connect().catch(() => {})
}

/**
 * On a connection that has written nothing, WAIT counts all connected replicas. INFO and ROLE would do, but ACLs often
 * reserve them for administrators. A server that does not know or allow WAIT counts as one without replicas.
 */
export async function countReplicas(client: Pick<RedisClient, 'sendCommand'>): Promise<number> {
  try {
    return integer(await client.sendCommand(['WAIT', '0', '0']))
  } catch (error) {
    if (/^(ERR|NOPERM) /.test(messageOf(error))) return 0
    throw error
  }
}

/** The largest of the numbers added within the last `window` ms, and of the last one. */
export function recentMaximum(window: number) {
  let samples: { readonly at: number; readonly count: number }[] = []
  return {
    add(count: number) {
      const at = performance.now()
      // A sample that is not larger than a later one can never be the largest again.
      samples = samples.filter(sample => at - sample.at < window && sample.count > count)
      samples.push({ at, count })
    },
    largest: () => samples[0]?.count ?? 0
  }
}

/**
 * What a server says of itself: `role`, and `mode` (`standalone`, `cluster` or `sentinel`). Empty where it says nothing.
 * By HELLO, which every user may call: ACLs often reserve ROLE for administrators.
 */
async function serverFields(
  client: Pick<RedisClient, 'sendCommand'>
): Promise<Map<string, string>> {
  try {
    const reply = await client.sendCommand(['HELLO', '2'])
    const fields = Array.isArray(reply) ? reply.map(String) : []
    return new Map(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1] ?? '']] : [])))
  } catch (error) {
    if (/^(ERR|NOPERM|NOPROTO) /.test(messageOf(error))) return new Map()
    throw error
  }
}
