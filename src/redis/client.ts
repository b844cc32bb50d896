/** The clients of node-redis: their options, the endpoint and credentials of a server, the status of a connection. */

import { setTimeout as wait } from 'node:timers/promises'
import { createClient, RESP_TYPES } from 'redis'
import type { RedisEventListener } from './connection.ts'
import { messageOf } from './script.ts'

/** Strings of any command come back as Buffers; the deadline of a command is set in transport.ts. */
export const commandOptions = {
  timeout: 0,
  typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer }
} as const

/**
 * Each of these was found by killing and freezing a server. A frozen server is noticed because its connection is
 * idle (pings keep a healthy one active), and the library's own strategy would then give up for good.
 * Without the offline queue no command waits for Redis to come back.
 */
export const clientOptions = {
  disableOfflineQueue: true,
  maintNotifications: 'disabled',
  pingInterval: 500
} as const

export function socketOptions(tls: boolean) {
  const timing = { connectTimeout: 1000, socketTimeout: 1000, reconnectStrategy }
  return tls ? { ...timing, tls: true as const } : timing
}

/** 25-50 ms, doubling up to 250-500 ms: instances reconnect at different times, and none of them late. */
export function reconnectStrategy(retries: number): number {
  const maxDelay = Math.min(50 * 2 ** retries, 500)
  return maxDelay * (0.5 + Math.random() / 2)
}

/** A client of one server, not yet connected. Once it is, it reconnects until it is destroyed. */
export function createServerClient(server: Endpoint, socketTimeout = 1000) {
  const { host, port, tls, database = 0 } = server
  return createClient({
    ...clientOptions,
    ...credentialsOf(server),
    RESP: 2,
    database,
    socket: { ...socketOptions(tls), socketTimeout, host, port },
    commandOptions
  })
}

export type RedisClient = ReturnType<typeof createServerClient>

/** Where a Redis server is, and the credentials for it. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
  readonly database?: number
}

/**
 * Parses a URL or `host:port`.
 * @throws TypeError, without repeating the text: it may hold a password
 */
export function parseEndpoint(text: string): Endpoint {
  const url = text.includes('://') ? text : `redis://${text}`
  try {
    return endpointOf(new URL(url))
  } catch {
    // The errors of URL and of decodeURIComponent may repeat what they were given.
    throw new TypeError('The Redis URL is not valid: redis://host:port or rediss://host:port')
  }
}

function endpointOf(url: URL): Endpoint {
  const { protocol, hostname, port, username, password, pathname } = url
  const isRedis = /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d*)?$/.test(pathname)
  // A bare `#` or `?` in a password ends the URL before its host: what follows would be dropped.
  if (!isRedis || url.hash || url.search) throw new TypeError('Not a Redis URL')
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 6379),
    tls: protocol === 'rediss:',
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 && { database: Number(pathname.slice(1)) })
  }
}

/** @throws TypeError for an empty list, or an endpoint that is not valid */
export function parseEndpoints(texts: readonly string[]): readonly [Endpoint, ...Endpoint[]] {
  const [first, ...rest] = texts.map(parseEndpoint)
  if (first === undefined) throw new TypeError('At least one Redis node is needed')
  return [first, ...rest]
}

export function credentialsOf({ username, password }: Endpoint) {
  return { ...(username && { username }), ...(password && { password }) }
}

/** `host:port`, for logs. */
export const hostAndPort = ({ host, port }: Pick<Endpoint, 'host' | 'port'>): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** Whether Redis can be reached. Reports changes: `redis_up`, and `redis_down` once for each cause. */
export interface ConnectionStatus {
  /** Resolves with the first `up` or `down`. */
  readonly firstAttempt: Promise<void>
  up(): void
  down(error: unknown): void
  /** Reports nothing from now on: errors that follow come from closing the connection. */
  stop(): void
  readonly isStopped: boolean
}

/** The most causes that are reported of one outage. */
const maxCauses = 8

/**
 * An outage often begins with another symptom than its cause: a closed socket, then WRONGPASS. All errors of the
 * connection count as one cause. The cause of an error that Redis replies is its first word, else its text without
 * numbers.
 */
function causeOf(error: unknown): string {
  const message = messageOf(error)
  const { code = '' } = error as NodeJS.ErrnoException // of a socket, or none
  if (/^E[A-Z]+$/.test(code) || /socket|connect|^LOADING /i.test(message)) return 'connection'
  return /^[A-Z]{4,} /.exec(message)?.[0] ?? `${code} ${message.replace(/\d+/g, '')}`
}

/** The error for the log, with the server's `host:port` where its message names none, as that of a closed socket. */
export function withHostAndPort(error: unknown, server: string): unknown {
  const message = messageOf(error)
  if (message.includes(server)) return error
  const { code } = error as NodeJS.ErrnoException // of a socket, or none
  const advice = /certificate/i.test(message) ? ': name its authority in NODE_EXTRA_CA_CERTS' : ''
  return Object.assign(new Error(`${message || code} (${server})${advice}`), code && { code })
}

export function connectionStatus(onEvent: RedisEventListener): ConnectionStatus {
  let state: 'unknown' | 'up' | 'down' | 'stopped' = 'unknown'
  let endFirstAttempt = () => {}
  const reportedCauses = new Set<string>()
  const firstAttempt = new Promise<void>(resolve => {
    endFirstAttempt = resolve
  })
  return {
    firstAttempt,
    up() {
      if (state === 'up' || state === 'stopped') return
      state = 'up'
      reportedCauses.clear()
      endFirstAttempt()
      onEvent({ type: 'redis_up' })
    },
    down(error) {
      if (state === 'stopped') return
      const cause = causeOf(error)
      const isNew = state !== 'down' || (cause !== 'connection' && !reportedCauses.has(cause))
      if (!isNew || reportedCauses.size === maxCauses) return
      reportedCauses.add(cause)
      state = 'down'
      endFirstAttempt()
      onEvent({ type: 'redis_down', error })
    },
    stop() {
      state = 'stopped'
      endFirstAttempt()
    },
    get isStopped() {
      return state === 'stopped'
    }
  }
}

/** Retries until it is connected or the status is stopped: a cluster client gives up where no node answers. */
export async function connectWithRetries(
  connect: () => Promise<unknown>,
  status: ConnectionStatus
): Promise<void> {
  for (let retries = 0; !status.isStopped; retries++) {
    try {
      await connect()
      return status.up()
    } catch (error) {
      status.down(error)
      await wait(reconnectStrategy(retries))
    }
  }
}
