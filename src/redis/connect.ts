/** Connects to Redis in the background: the service starts without Redis, and uses it as soon as it is there. */

import { clusterTransport } from './cluster.ts'
import type { RedisConnection, RedisEventListener, RedisOptions } from './connection.ts'
import { sentinelTransport } from './sentinel.ts'
import { serverTransport } from './server.ts'
import { type RedisTransport, withDeadlines } from './transport.ts'

export type { RedisEvent, RedisOptions } from './connection.ts'

/**
 * Returns at once; calls made before the first attempt to connect has ended wait for it, within their
 * deadline.
 * @throws TypeError for a URL that is not valid
 */
export function connectRedis(options: RedisOptions): RedisConnection {
  const transport = createTransport(options, options.onEvent ?? (() => {}))
  return withDeadlines(transport, options.deadline ?? 800)
}

function createTransport(options: RedisOptions, onEvent: RedisEventListener): RedisTransport {
  if ('url' in options) return serverTransport(options, onEvent)
  return 'clusterNodes' in options
    ? clusterTransport(options, onEvent)
    : sentinelTransport(options, onEvent)
}
