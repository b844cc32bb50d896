/** What every connection to a Redis server is given, whatever it is a part of. */

import { setTimeout as wait } from 'node:timers/promises'
import { createClient, RESP_TYPES } from 'redis'
import type { Report } from './connection.ts'
import { messageOf } from './script.ts'

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

// Where a Redis server is, and who we are to it.

export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
  readonly database?: number
}

/**
 * Takes a URL or `host:port` apart. Throws TypeError, without repeating it: it may hold a password.
 */
export function endpoint(text: string): Endpoint {
  const url = text.includes('://') ? text : `redis://${text}`
  try {
    return parts(new URL(url))
  } catch {
    // The errors of URL and of decodeURIComponent may repeat what they were given.
    throw new TypeError('The Redis URL is not valid: redis://host:port or rediss://host:port')
  }
}

function parts(url: URL): Endpoint {
  const { protocol, hostname, port, username, password, pathname } = url
  const known = /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d*)?$/.test(pathname)
  // A bare `#` or `?` in a password ends the URL before its host: what follows would be dropped.
  if (!known || url.hash || url.search) throw new TypeError('Not a Redis URL')
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

/** Who we are to a server of this endpoint. */
export function credentials({ username, password }: Endpoint) {
  return { ...(username && { username }), ...(password && { password }) }
}

/** `host:port`, for logs. */
export const serverName = ({ host, port }: Pick<Endpoint, 'host' | 'port'>): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

// Turns what drivers notice into few events: up, and down once for each cause.

export interface Health {
  /** Settles with the first news, good or bad. */
  readonly started: Promise<void>
  up(): void
  down(error: unknown): void
  /** Whatever comes now comes of closing: no news. */
  silence(): void
  readonly silent: boolean
}

/** The most causes that one outage is reported with. */
const mostCauses = 8

/**
 * An outage often begins with another symptom than its cause: a closed socket, then WRONGPASS. Connections that break
 * are all one symptom; of Redis's own errors the first word is the cause, else the text but numbers.
 */
function causeOf(error: unknown): string {
  const message = messageOf(error)
  const { code = '' } = error as NodeJS.ErrnoException // of a socket, or none
  if (/^E[A-Z]+$/.test(code) || /socket|connect|^LOADING /i.test(message)) return 'connection'
  return /^[A-Z]{4,} /.exec(message)?.[0] ?? `${code} ${message.replace(/\d+/g, '')}`
}

/** The error for the log, with the server at its end where it names none, as that of a closed socket. */
export function withAddress(error: unknown, address: string): unknown {
  const message = messageOf(error)
  if (message.includes(address)) return error
  const { code } = error as NodeJS.ErrnoException // of a socket, or none
  const advice = /certificate/i.test(message) ? ': name its authority in NODE_EXTRA_CA_CERTS' : ''
  return Object.assign(new Error(`${message || code} (${address})${advice}`), code && { code })
}

export function health(report: Report): Health {
  let state: 'unknown' | 'up' | 'down' | 'silent' = 'unknown'
  let settle = () => {}
  const causes = new Set<string>()
  const started = new Promise<void>(resolve => {
    settle = resolve
  })
  return {
    started,
    up() {
      if (state === 'up' || state === 'silent') return
      state = 'up'
      causes.clear()
      settle()
      report({ type: 'redis_up' })
    },
    down(error) {
      if (state === 'silent') return
      const cause = causeOf(error)
      const isNews = state !== 'down' || (cause !== 'connection' && !causes.has(cause))
      if (!isNews || causes.size === mostCauses) return
      causes.add(cause)
      state = 'down'
      settle()
      report({ type: 'redis_down', error })
    },
    silence() {
      state = 'silent'
      settle()
    },
    get silent() {
      return state === 'silent'
    }
  }
}

/** For what gives up where nobody answers: tries until it is connected, or closed. */
export async function keepConnecting(connect: () => Promise<unknown>, news: Health): Promise<void> {
  for (let retries = 0; !news.silent; retries++) {
    try {
      await connect()
      return news.up()
    } catch (error) {
      news.down(error)
      await wait(reconnectStrategy(retries))
    }
  }
}
