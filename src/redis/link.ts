/** What every connection to a Redis server is given, whatever it is a part of. */

import { createClient, RESP_TYPES } from 'redis'
import { credentials, type Endpoint } from './endpoint.ts'

/** Strings of any command come back as Buffers; the time limit is ours, see guard.ts. */
export const commandOptions = {
  timeout: 0,
  typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer }
} as const

/**
 * Each of these was found by killing and freezing a server. A frozen one is noticed by silence
 * (pings keep a healthy link talking), and the library's own strategy would give up for good then.
 * Without the offline queue nothing waits for Redis to come back.
 */
export const linkOptions = {
  disableOfflineQueue: true,
  maintNotifications: 'disabled',
  pingInterval: 500
} as const

export function socketOptions(tls: boolean) {
  const timing = { connectTimeout: 1000, socketTimeout: 1000, reconnectStrategy }
  return tls ? { ...timing, tls: true as const } : timing
}

/** 25-50 ms, doubling up to 250-500 ms: instances do not come back in step, nor late. */
export function reconnectStrategy(retries: number): number {
  const longest = Math.min(50 * 2 ** retries, 500)
  return longest * (0.5 + Math.random() / 2)
}

/** A connection to one server, not yet connected. Once it is, it reconnects until it is destroyed. */
export function openLink(server: Endpoint, socketTimeout = 1000) {
  const { host, port, tls, database = 0 } = server
  return createClient({
    ...linkOptions,
    ...credentials(server),
    RESP: 2,
    database,
    socket: { ...socketOptions(tls), socketTimeout, host, port },
    commandOptions
  })
}

export type Link = ReturnType<typeof openLink>
