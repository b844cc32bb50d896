/** The server that sentinels call the primary: used only while it says so itself. */

import type { RedisArgument } from './connection.ts'
import { type Endpoint, type Health, type Link, openLink, serverName } from './link.ts'
import { type ServerLinks, serverLinks } from './server.ts'

/** How often it is asked whether it still is the primary, and for its replicas (ms). */
const askEvery = 250

export interface Primary {
  readonly isUsable: boolean
  readonly openedAt: number
  readonly links: ServerLinks
  /** Replicas that the sentinels would make the primary. */
  fit: number
  is(server: Pick<Endpoint, 'host' | 'port'>): boolean
  send(command: readonly RedisArgument[]): Promise<unknown>
  /** On a connection of its own. Resolves once subscribed. */
  subscribe(channel: string, onMessage: (message: string) => void): Promise<void>
  /** It has refused a write as a replica does. */
  suspect(cause: unknown): void
  /** Settles when it turns out usable or not, at the latest after so many ms. */
  settled(within: number): Promise<void>
  /** Lets what is under way finish. */
  finish(): Promise<unknown>
  close(): void
}

export function openPrimary(server: Endpoint, fit: number, news: Health): Primary {
  const link = openLink(server)
  const name = serverName(server)
  let isUsable = false
  let isClosed = false
  const subscribers: Link[] = []
  const waiting: (() => void)[] = []

  const settle = () => {
    for (const go of waiting.splice(0)) go()
  }
  const lose = (error: unknown) => {
    isUsable = false
    if (!isClosed) news.down(error)
    settle()
  }

  /** A server that comes back may be a replica by now: it is asked before it is used. */
  async function examine(): Promise<void> {
    try {
      const role = await primary.links.role()
      if (isClosed) return
      if (role !== undefined && role !== 'master') {
        return lose(new Error(`${name} is a replica: the sentinels name no other primary yet`))
      }
      await primary.links.sample()
      if (isClosed || !link.isReady) return
      isUsable = true
      news.up()
      settle()
    } catch {
      // What is wrong with the connection is reported by the connection.
    }
  }

  const primary: Primary = {
    get isUsable() {
      return isUsable
    },
    openedAt: performance.now(),
    fit,
    links: serverLinks(server, () => primary.fit),
    is: ({ host, port }) => host === server.host && port === server.port,
    send: command => link.sendCommand(command),
    async subscribe(channel, onMessage) {
      const subscriber = openLink(server)
      subscribers.push(subscriber)
      // The other connection reports what is the matter with Redis.
      subscriber.on('error', () => {})
      await subscriber.connect()
      await subscriber.subscribe(channel, onMessage)
    },
    suspect: lose,
    settled: within =>
      new Promise(resolve => {
        const timer = setTimeout(resolve, Math.max(0, within))
        waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
      }),
    finish: () => link.close(),
    close() {
      if (isClosed) return
      isClosed = true
      isUsable = false
      clearInterval(timer)
      link.destroy()
      primary.links.close()
      for (const subscriber of subscribers) subscriber.destroy()
      settle()
    }
  }
  link.on('error', lose).on('ready', () => void primary.links.ready().then(examine))
  link.connect().catch(() => {})
  const timer = setInterval(() => void (link.isReady && examine()), askEvery)
  return primary
}
