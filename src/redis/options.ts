/** How to reach Redis: one server, a cluster, or servers watched over by sentinels. */

import { RESP_TYPES } from 'redis'

interface CommonOptions {
  /** How long a call may take in ms, 500 unless told. */
  readonly deadline?: number
  readonly onEvent?: (event: RedisEvent) => void
}

export interface ServerOptions extends CommonOptions {
  /** `redis://` or `rediss://`, with user, password and database where needed. */
  readonly url: string
}

export interface ClusterOptions extends CommonOptions {
  /** Some nodes, as URLs or `host:port`: the others are found through them. User, password and TLS of the first count for all. */
  readonly clusterNodes: readonly string[]
}

export interface SentinelOptions extends CommonOptions {
  /** As URLs or `host:port`. User, password and TLS of the first are those of all sentinels. */
  readonly sentinels: readonly string[]
  /** What the sentinels call the server. */
  readonly sentinelName: string
  /** User, password, database and TLS of the servers; its host and port do not matter. */
  readonly serverUrl?: string
}

export type RedisOptions = ServerOptions | ClusterOptions | SentinelOptions

/** Told once per change, not once per attempt. */
export type RedisEvent =
  | { readonly type: 'redis_up' }
  | { readonly type: 'redis_down'; readonly error: unknown }

export type Report = (event: RedisEvent) => void

export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
  readonly database?: number
}

/** Takes a URL or `host:port` apart. Throws TypeError, without repeating it: it may hold a password. */
export function endpoint(text: string): Endpoint {
  const url = text.includes('://') ? text : `redis://${text}`
  const { protocol, hostname, port, username, password, pathname } = parse(url)
  if (!/^rediss?:$/.test(protocol) || hostname === '' || !/^(\/\d*)?$/.test(pathname))
    throw invalid()
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 6379),
    tls: protocol === 'rediss:',
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 && { database: Number(pathname.slice(1)) })
  }
}

/** Throws TypeError for none. */
export function endpoints(texts: readonly string[]): readonly [Endpoint, ...Endpoint[]] {
  const [first, ...rest] = texts.map(endpoint)
  if (first === undefined) throw new TypeError('At least one Redis node is needed')
  return [first, ...rest]
}

function parse(url: string): URL {
  try {
    return new URL(url)
  } catch {
    throw invalid()
  }
}

function invalid(): TypeError {
  return new TypeError('The Redis URL is not valid: redis://host:port or rediss://host:port')
}

/** Who we are to a server of this endpoint. */
export function credentials({ username, password }: Endpoint) {
  return { ...(username && { username }), ...(password && { password }) }
}

/** Strings of any command come back as Buffers; the time limit is ours, see guard.ts. */
export const commandOptions = {
  timeout: 0,
  typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer }
} as const

/**
 * Each of these was found by killing and freezing a server. A frozen one is noticed by silence (pings keep
 * a healthy link talking), and the library's own strategy would give up for good then. Without the
 * offline queue nothing waits for Redis to come back.
 */
export const linkOptions = {
  disableOfflineQueue: true,
  maintNotifications: 'disabled',
  pingInterval: 500
} as const

/** `tls: false` is what a plain connection is to the library. */
export function socketOptions(tls: boolean) {
  const timing = { connectTimeout: 1000, socketTimeout: 1000, reconnectStrategy }
  return tls ? { ...timing, tls: true as const } : timing
}

/** 25-50 ms, doubling up to 250-500 ms: instances do not come back in step, nor late. */
export function reconnectStrategy(retries: number): number {
  const longest = Math.min(50 * 2 ** retries, 500)
  return longest * (0.5 + Math.random() / 2)
}
