/** The narrow view of Redis that the rest of the service has, whatever stands behind it. */
import { createHash } from 'node:crypto'

export type RedisArgument = string | Buffer

/** A Lua script and the name Redis caches it under. */
export interface RedisScript {
  readonly source: string
  readonly sha1: string
}

/** All keys of one script share a hash tag: in a cluster they live on one node. */
export type ScriptKeys = readonly [string, ...string[]]

/**
 * A connection that answers in time or throws AppError `store_unavailable`; it never hangs.
 * A write that failed so may still have happened. Commands issued in one tick travel together.
 */
export interface RedisConnection {
  /**
   * Sends one command about `key`. Strings come back as Buffers; see reply.ts for reading answers.
   */
  send(key: string, ...command: RedisArgument[]): Promise<unknown>
  /** Runs a script by its hash, with its source where Redis does not know it (any more). */
  run(script: RedisScript, keys: ScriptKeys, args: readonly RedisArgument[]): Promise<unknown>
  /** Sends a message to every subscriber of the channel there is now; later ones never see it. */
  publish(channel: string, message: string): Promise<void>
  /**
   * Subscribes on a connection of its own, which this call opens; it renews the subscription after each
   * reconnection. Resolves once subscribed, which takes as long as Redis is away. Rejects where Redis refuses.
   */
  subscribe(channel: string, onMessage: (message: string) => void): Promise<void>
  /**
   * As `run`, for what must not come back: returns once every replica has it that could take over, else throws.
   * Even then the script is run again until they have it (for a minute), on whatever server is the primary by then:
   * running it twice must do no harm. Returns what its first run returned.
   */
  runLasting(
    script: RedisScript,
    keys: ScriptKeys,
    args: readonly RedisArgument[]
  ): Promise<unknown>
  ping(): Promise<void>
  /** Which share of the keys can be reached: 1, or less in a cluster that has lost nodes. Throws where it is none. */
  share(): Promise<number>
  close(): Promise<void>
}

/**
 * Names a script by the SHA-1 of its source, as EVALSHA wants it (a cache key, not a safeguard).
 */
export function redisScript(source: string): RedisScript {
  return { source, sha1: createHash('sha1').update(source).digest('hex') }
}

/**
 * A script that a full Redis (`maxmemory`, noeviction) runs, too: what keeps or ends a session that is there, and so
 * adds next to nothing. Of Redis 7 on.
 */
export const scriptForFullRedis = (source: string): RedisScript =>
  redisScript(`#!lua flags=allow-oom\n${source}`)

// Reads the answers of Redis: the boundary where `unknown` gets its type, or is refused.

/** A string of Redis, or null where there is none. */
export function bufferOrNull(reply: unknown): Buffer | null {
  if (reply === null || Buffer.isBuffer(reply)) return reply
  throw unexpected('a string', reply)
}

export function integer(reply: unknown): number {
  if (typeof reply === 'number') return reply
  throw unexpected('an integer', reply)
}

export function integers(reply: unknown): number[] {
  if (Array.isArray(reply)) return reply.map(integer)
  throw unexpected('a list', reply)
}

/** Says the kind only: the answer itself may hold what must not be logged. */
function unexpected(wanted: string, reply: unknown): TypeError {
  return new TypeError(`Redis answered ${typeof reply} where ${wanted} was expected`)
}

// How to reach Redis: one server, a cluster, or servers watched over by sentinels.

interface CommonOptions {
  /** How long a call may take in ms, 800 unless told: a 503 has to come within a second. */
  readonly deadline?: number
  readonly onEvent?: (event: RedisEvent) => void
}

export interface ServerOptions extends CommonOptions {
  /** `redis://` or `rediss://`, with user, password and database where needed. */
  readonly url: string
}

export interface ClusterOptions extends CommonOptions {
  /**
   * Some nodes, as URLs or `host:port`: the others are found through them. User, password and TLS
   * of the first count for all.
   */
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

/** Once per change, not once per attempt; `redis_down` again where another cause shows meanwhile. */
export type RedisEvent =
  | { readonly type: 'redis_up' }
  | { readonly type: 'redis_down'; readonly error: unknown }
  /** One sentinel does not help, `host:port` as configured: it is silent, or does not know the name. */
  | { readonly type: 'sentinel_silent'; readonly sentinel: string; readonly error: unknown }
  | { readonly type: 'sentinel_back'; readonly sentinel: string }

export type Report = (event: RedisEvent) => void
