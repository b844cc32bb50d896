/** One Redis server. */

import type { RedisDriver } from './deadline.ts'
import { endpoint } from './endpoint.ts'
import { health } from './health.ts'
import { openLink } from './link.ts'
import type { Report, ServerOptions } from './options.ts'
import { serverLinks } from './server-links.ts'

/** Between two reconnections because of a read-only server. */
const renewInterval = 1000

export function serverDriver({ url }: ServerOptions, report: Report): RedisDriver {
  const server = endpoint(url)
  const client = openLink(server)
  const news = health(report)
  client.on('ready', news.up).on('error', news.down)
  let renewedAt = Number.NEGATIVE_INFINITY
  // With a strategy that never gives up, connecting fails only where it was closed meanwhile.
  const connect = () => void client.connect().catch(() => {})
  connect()
  const subscribers: (typeof client)[] = []
  return {
    started: news.started,
    oneLink: true,
    send: (_key, command) => client.sendCommand(command),
    share: async () => {
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
