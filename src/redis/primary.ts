/** The connection to the server that sentinels name as the primary: used only while the server confirms its role. */

import {
  type ConnectionStatus,
  createServerClient,
  type Endpoint,
  hostAndPort,
  type RedisClient
} from './client.ts'
import type { RedisArgument } from './connection.ts'
import { type ServerReplication, serverReplication } from './server.ts'

/** How often the server is asked for its role and its replicas (ms). */
const checkInterval = 250

export interface Primary {
  readonly isUsable: boolean
  /** By the monotonic clock (ms). */
  readonly openedAt: number
  readonly replication: ServerReplication
  /** Replicas that the sentinels could promote. */
  eligibleReplicas: number
  isAt(server: Pick<Endpoint, 'host' | 'port'>): boolean
  send(command: readonly RedisArgument[]): Promise<unknown>
  /** On a connection of its own. Resolves once subscribed. */
  subscribe(channel: string, onMessage: (message: string) => void): Promise<void>
  /** Makes it unusable until its role is checked again: it has refused a write as a replica does. */
  markUnusable(cause: unknown): void
  /** Resolves when it turns out usable or not, after `timeout` ms at the latest. */
  whenChecked(timeout: number): Promise<void>
  /** Lets commands in flight finish. */
  close(): Promise<unknown>
  /** Drops all connections at once. */
  destroy(): void
}

export function openPrimary(
  server: Endpoint,
  eligibleReplicas: number,
  status: ConnectionStatus
): Primary {
  const client = createServerClient(server)
  const name = hostAndPort(server)
  let isUsable = false
  let isDestroyed = false
  const subscribers: RedisClient[] = []
  const waiting: (() => void)[] = []

  const resumeWaiting = () => {
    for (const resume of waiting.splice(0)) resume()
  }
  const markUnusable = (error: unknown) => {
    isUsable = false
    if (!isDestroyed) status.down(error)
    resumeWaiting()
  }

  /** After a reconnection the server may be a replica: its role is checked before it is used. */
  async function checkRole(): Promise<void> {
    try {
      const role = await primary.replication.role()
      if (isDestroyed) return
      if (role !== undefined && role !== 'master') {
        return markUnusable(
          new Error(`${name} is a replica: the sentinels name no other primary yet`)
        )
      }
      await primary.replication.sampleReplicas()
      if (isDestroyed || !client.isReady) return
      isUsable = true
      status.up()
      resumeWaiting()
    } catch {
      // The client reports errors of its connection itself.
    }
  }

  const primary: Primary = {
    get isUsable() {
      return isUsable
    },
    openedAt: performance.now(),
    eligibleReplicas,
    replication: serverReplication(server, () => primary.eligibleReplicas),
    isAt: ({ host, port }) => host === server.host && port === server.port,
    send: command => client.sendCommand(command),
    async subscribe(channel, onMessage) {
      const subscriber = createServerClient(server)
      subscribers.push(subscriber)
      // The connection for commands reports what is wrong with the server.
      subscriber.on('error', () => {})
      await subscriber.connect()
      await subscriber.subscribe(channel, onMessage)
    },
    markUnusable,
    whenChecked: timeout =>
      new Promise(resolve => {
        const timer = setTimeout(resolve, Math.max(0, timeout))
        waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
      }),
    close: () => client.close(),
    destroy() {
      if (isDestroyed) return
      isDestroyed = true
      isUsable = false
      clearInterval(timer)
      client.destroy()
      primary.replication.close()
      for (const subscriber of subscribers) subscriber.destroy()
      resumeWaiting()
    }
  }
  client
    .on('error', markUnusable)
    .on('ready', () => void primary.replication.ready().then(checkRole))
  client.connect().catch(() => {})
  const timer = setInterval(() => void (client.isReady && checkRole()), checkInterval)
  return primary
}
