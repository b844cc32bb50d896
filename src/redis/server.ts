/** One Redis server. */

import { integer, type Report, type ServerOptions } from './connection.ts'
import type { RedisDriver } from './deadline.ts'
import {
  type Endpoint,
  endpoint,
  health,
  type Link,
  openLink,
  serverName,
  withAddress
} from './link.ts'
import type { LastingLinks } from './reconnecting.ts'
import { messageOf } from './script.ts'

/** Between two reconnections because of a read-only server. */
const renewInterval = 1000

export function serverDriver({ url }: ServerOptions, report: Report): RedisDriver {
  const server = endpoint(url)
  const client = openLink(server)
  const news = health(report)
  const name = serverName(server)
  let isSentinel = false
  client.on('ready', () => void begin()).on('error', error => news.down(withAddress(error, name)))

  async function begin(): Promise<void> {
    // A connection that breaks meanwhile is reported as such, and made again.
    const mode = await greet(client).then(
      fields => fields.get('mode'),
      () => undefined
    )
    isSentinel = mode === 'sentinel'
    if (isSentinel) news.down(sentinelError(name))
    else if (client.isReady) news.up()
  }
  let renewedAt = Number.NEGATIVE_INFINITY
  // With a strategy that never gives up, connecting fails only where it was closed meanwhile.
  const connect = () => void client.connect().catch(() => {})
  connect()
  const subscribers: (typeof client)[] = []
  return {
    started: news.started,
    oneLink: true,
    send: (_key, command) => client.sendCommand(command),
    explain(error) {
      if (isSentinel) return sentinelError(name)
      // Sent by nodes alone; one that has all slots serves like a single server.
      return /^(MOVED|ASK|CLUSTERDOWN) /.test(messageOf(error)) ? nodeError(name, error) : error
    },
    share: async () => {
      if (isSentinel) throw sentinelError(name)
      await client.ping()
      return 1
    },
    publish: (channel, message) => client.sendCommand(['PUBLISH', channel, message]),
    async subscribe(channel, onMessage) {
      const subscriber = client.duplicate()
      subscribers.push(subscriber)
      // The other connection reports what is the matter with Redis.
      subscriber.on('error', () => {})
      await subscriber.connect()
      await subscriber.subscribe(channel, onMessage)
    },
    renew(cause) {
      if (news.silent || performance.now() - renewedAt < renewInterval) return
      renewedAt = performance.now()
      news.down(cause)
      client.destroy()
      connect()
    },
    lastingLinks: () => serverLinks(server),
    async close() {
      news.silence()
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

// The connections to one server over which writes go that must last.

/**
 * How long a replica still counts that has left (ms). A replica that is being made the primary leaves first, and
 * sentinels say so a second later: until then the one it left must not pass for a server without replicas.
 */
const stillCounts = 3000

export interface ServerLinks extends LastingLinks {
  /** Notes how many replicas there are. */
  sample(): Promise<void>
  /** `master` or `slave`/`replica`; undefined where the server does not say. */
  role(): Promise<string | undefined>
}

/** Connects at once. `fit` is the number of replicas that others say could take over. */
export function serverLinks(
  server: Endpoint,
  fit: () => number = () => Number.POSITIVE_INFINITY
): ServerLinks {
  const writes = openLink(server)
  const watch = openLink(server)
  const replicas = mostOfLate(stillCounts)
  let connection = 0
  writes.on('ready', () => {
    connection += 1
  })
  const ready = Promise.all([writes, watch].map(connected))
  const sample = async () => replicas.add(Math.min(fit(), await countReplicas(watch)))
  return {
    ready: () => ready,
    place: () => `${connection}`,
    send: (_key, command) => writes.sendCommand(command),
    sample,
    role: () => roleOf(watch),
    async replicas() {
      await sample()
      return replicas.most()
    },
    close() {
      writes.destroy()
      watch.destroy()
    }
  }
}

/** Connecting fails only where it was closed meanwhile. */
async function connected(link: Link): Promise<void> {
  link.on('error', () => {})
  await link.connect().catch(() => {})
}

/**
 * On a connection that has written nothing, WAIT counts all replicas that are connected. INFO and ROLE, which say
 * it plainly, are for administrators. A server that does not know or allow WAIT counts as one without replicas.
 */
export async function countReplicas(watch: Pick<Link, 'sendCommand'>): Promise<number> {
  try {
    return integer(await watch.sendCommand(['WAIT', '0', '0']))
  } catch (error) {
    if (/^(ERR|NOPERM) /.test(messageOf(error))) return 0
    throw error
  }
}

/** The largest of the numbers added within the last `window` ms, and of the last one. */
export function mostOfLate(window: number) {
  let samples: { readonly at: number; readonly count: number }[] = []
  return {
    add(count: number) {
      const at = performance.now()
      // One that is not larger than a later one can never be the largest again.
      samples = samples.filter(one => at - one.at < window && one.count > count)
      samples.push({ at, count })
    },
    most: () => samples[0]?.count ?? 0
  }
}

/** ROLE is for administrators; HELLO says it to anybody. */
const roleOf = async (link: Pick<Link, 'sendCommand'>) => (await greet(link)).get('role')

/** What a server says of itself: `role`, and `mode` (`standalone`, `cluster` or `sentinel`). Empty where it says nothing. */
async function greet(link: Pick<Link, 'sendCommand'>): Promise<Map<string, string>> {
  try {
    const reply = await link.sendCommand(['HELLO', '2'])
    const fields = Array.isArray(reply) ? reply.map(String) : []
    return new Map(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1] ?? '']] : [])))
  } catch (error) {
    if (/^(ERR|NOPERM|NOPROTO) /.test(messageOf(error))) return new Map()
    throw error
  }
}
