/** Connects to Redis in the background: the service starts without it, and recovers with it. */

import { clusterDriver } from './cluster.ts'
import type { RedisConnection, RedisOptions, Report } from './connection.ts'
import { guard, type RedisDriver } from './deadline.ts'
import { sentinelDriver } from './sentinel.ts'
import { serverDriver } from './server.ts'

export type { RedisEvent, RedisOptions } from './connection.ts'

/**
 * Returns at once; calls made before the first attempt has ended wait for it, within their
 * deadline. Throws TypeError for a URL that is none.
 */
export function connectRedis(options: RedisOptions): RedisConnection {
  return guard(driver(options, options.onEvent ?? (() => {})), options.deadline ?? 800)
}

function driver(options: RedisOptions, report: Report): RedisDriver {
  if ('url' in options) return serverDriver(options, report)
  return 'clusterNodes' in options
    ? clusterDriver(options, report)
    : sentinelDriver(options, report)
}
