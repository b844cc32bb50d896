/** Connects to Redis in the background: the service starts, runs and recovers with or without it. */

import { createClient, RESP_TYPES } from 'redis'
import type { RedisArgument, RedisConnection } from './connection.ts'
import { guard, type RedisDriver } from './guard.ts'

/** Told once per change, not once per attempt. */
export type RedisEvent =
  | { readonly type: 'redis_up' }
  | { readonly type: 'redis_down'; readonly error: unknown }

export interface RedisOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string
  /** How long a call may take in ms, 500 unless told. */
  readonly deadline?: number
  readonly onEvent?: (event: RedisEvent) => void
}

/** What is used of a client of node-redis: its own type differs with every option. */
interface Client {
  readonly isReady: boolean
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'ready', listener: () => void): unknown
  connect(): Promise<unknown>
  sendCommand(command: readonly RedisArgument[]): Promise<unknown>
  close(): Promise<unknown>
  destroy(): void
}

/** Between two reconnections because of a read-only server. */
const renewInterval = 1000

/**
 * Returns at once; calls made before the first attempt has ended wait for it, within their deadline.
 * Throws TypeError for a URL that is none (without repeating it: it may hold a password).
 */
export function connectRedis(options: RedisOptions): RedisConnection {
  return guard(singleServer(options), options.deadline ?? 500)
}

function singleServer(options: RedisOptions): RedisDriver {
  const client = createNodeRedis(options.url)
  let closing = false
  const started = watch(client, event => {
    if (!closing) options.onEvent?.(event)
  })
  let renewedAt = Number.NEGATIVE_INFINITY
  // Without a strategy that gives up, connecting only fails where it was closed meanwhile.
  const connect = () => void client.connect().catch(() => {})
  connect()
  return {
    started,
    send: (_key, command) => client.sendCommand(command),
    renew() {
      if (closing || performance.now() - renewedAt < renewInterval) return
      renewedAt = performance.now()
      client.destroy()
      connect()
    },
    close: async () => {
      closing = true
      await client.close()
    },
    destroy: () => client.destroy()
  }
}

/**
 * Each option below was found by killing and freezing a server: a frozen one is noticed by silence
 * (pings keep a healthy link talking), and the strategy of the library would give up for good then.
 * Without the offline queue nothing waits for Redis to come back.
 */
function createNodeRedis(url: string): Client {
  try {
    return createClient({
      url,
      RESP: 2,
      maintNotifications: 'disabled',
      disableOfflineQueue: true,
      pingInterval: 500,
      socket: { connectTimeout: 1000, socketTimeout: 1000, reconnectStrategy },
      commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } }
    })
  } catch {
    throw new TypeError('The Redis URL is not valid: redis://host:port or rediss://host:port')
  }
}

/** 25-50 ms, doubling up to 250-500 ms: instances do not come back in step, nor late. */
function reconnectStrategy(retries: number): number {
  const longest = Math.min(50 * 2 ** retries, 500)
  return longest * (0.5 + Math.random() / 2)
}

/** Reports changes; the promise settles with the first of them. */
function watch(client: Client, onEvent: (event: RedisEvent) => void): Promise<void> {
  let up: boolean | undefined
  return new Promise(resolve => {
    client.on('ready', () => {
      up = true
      onEvent({ type: 'redis_up' })
      resolve()
    })
    client.on('error', error => {
      if (up !== false) onEvent({ type: 'redis_down', error })
      up = false
      resolve()
    })
  })
}
