/** Redis servers watched over by sentinels, which tell who is the master. */

import { createSentinel } from 'redis'
import { credentials, endpoint, endpoints } from './endpoint.ts'
import type { RedisDriver } from './guard.ts'
import { health, keepConnecting } from './health.ts'
import { commandOptions, linkOptions, socketOptions } from './link.ts'
import type { Report, SentinelOptions } from './options.ts'

export function sentinelDriver(options: SentinelOptions, report: Report): RedisDriver {
  const sentinel = openSentinel(options)
  const news = health(report)
  sentinel.on('ready', news.up).on('error', error => {
    // Sentinels that do not answer are no outage as long as one of them does.
    if (error instanceof Error && error.message.startsWith('Master Client')) news.down(error)
  })

  void keepConnecting(() => sentinel.connect(), news)
  return {
    started: news.started,
    oneLink: true,
    async send(_key, command) {
      const reply = await sentinel.sendCommand(false, [...command])
      // The library does not tell when it got the same master back.
      news.up()
      return reply
    },
    publish: (channel, message) => sentinel.sendCommand(false, ['PUBLISH', channel, message]),
    // The library moves the subscription to the next master.
    subscribe: (channel, onMessage) => sentinel.subscribe(channel, onMessage),
    // The library asks the sentinels itself when it meets a replica.
    renew() {},
    async close() {
      news.silence()
      await sentinel.close()
    },
    destroy: () => void sentinel.destroy().catch(() => {})
  }
}

/**
 * All commands share one connection to the master: a pool would queue them up instead of
 * pipelining. One try to find the master anew, no more: callers have been told of the failure by
 * then, and what they asked for should not happen much later.
 */
function openSentinel({ sentinels, sentinelName, serverUrl }: SentinelOptions) {
  const nodes = endpoints(sentinels)
  const [first] = nodes
  const servers = endpoint(serverUrl ?? 'redis://any')
  return createSentinel({
    RESP: 2,
    name: sentinelName,
    sentinelRootNodes: nodes.map(({ host, port }) => ({ host, port })),
    nodeClientOptions: {
      ...linkOptions,
      ...credentials(servers),
      database: servers.database ?? 0,
      socket: socketOptions(servers.tls)
    },
    sentinelClientOptions: {
      ...linkOptions,
      ...credentials(first),
      socket: socketOptions(first.tls)
    },
    passthroughClientErrorEvents: true,
    reserveClient: true,
    maxCommandRediscovers: 1,
    scanInterval: 5000,
    commandOptions
  })
}
