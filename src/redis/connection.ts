/** The connection to Redis as the rest of the service uses it: one interface for a server, a cluster and sentinels. */
import { createHash } from 'node:crypto'

export type RedisArgument = string | Buffer

/** A Lua script, and the SHA-1 under which Redis caches it. */
export interface RedisScript {
  readonly source: string
  readonly sha1: string
}

/** All keys of one script share a hash tag: in a cluster they live on one node. */
export type ScriptKeys = readonly [string, ...string[]]

/**
 * Each call returns in time or throws AppError `store_unavailable`; none hangs. A write that failed so may still
 * have been carried out. Commands issued in one tick travel together.
 */
export interface RedisConnection {
  /**
   * Sends one command about `key`. Strings come back as Buffers; `bufferOrNull`, `integer` and `integers` check the
   * type of the reply.
   */
  send(key: string, ...command: RedisArgument[]): Promise<unknown>
  /** Runs a script by its hash, or by its source where Redis does not have it in its cache. */
  run(script: RedisScript, keys: ScriptKeys, args: readonly RedisArgument[]): Promise<unknown>
  /** Sends a message to every present subscriber of the channel; later ones never see it. */
  publish(channel: string, message: string): Promise<void>
  /**
   * Subscribes on a connection of its own, which this call opens; it renews the subscription after each
   * reconnection. Resolves once subscribed, which takes as long as Redis is away. Rejects where Redis refuses.
   */
  subscribe(channel: string, onMessage: (message: string) => void): Promise<void>
  /**
   * Runs a script whose writes must survive a fail-over: returns once every replica that could be promoted has them,
   * else throws. After a throw the script is still repeated for a minute until the replicas have its writes, on
   * whatever server is the primary by then: running it twice must do no harm. Returns the result of its first run.
   */
  runReplicated(
    script: RedisScript,
    keys: ScriptKeys,
    args: readonly RedisArgument[]
  ): Promise<unknown>
  ping(): Promise<void>
  /** The share of the keys that can be reached: 1, or less in a cluster that has lost nodes. Throws where it is 0. */
  reachableShare(): Promise<number>
  close(): Promise<void>
}

/** Names a script by the SHA-1 of its source, as EVALSHA expects it (a cache key, not a protection). */
export function redisScript(source: string): RedisScript {
  return { source, sha1: createHash('sha1').update(source).digest('hex') }
}

/**
 * A script that also runs in a full Redis (`maxmemory`, noeviction): for those that keep or end an existing
 * session, and so need next to no memory. Redis 7 and later.
 */
export const scriptForFullRedis = (source: string): RedisScript =>
  redisScript(`#!lua flags=allow-oom\n${source}`)

/**
 * A string reply of Redis, or null where there is none.
 * @throws TypeError for a reply of another type
 */
export function bufferOrNull(reply: unknown): Buffer | null {
  if (reply === null || Buffer.isBuffer(reply)) return reply
  throw unexpectedReply('a string', reply)
}

/** @throws TypeError for a reply of another type */
export function integer(reply: unknown): number {
  if (typeof reply === 'number') return reply
  throw unexpectedReply('an integer', reply)
}

/** @throws TypeError for a reply of another type */
export function integers(reply: unknown): number[] {
  if (Array.isArray(reply)) return reply.map(integer)
  throw unexpectedReply('a list', reply)
}

/** Names only the type of the reply: its value may be something that must not be logged. */
function unexpectedReply(expected: string, reply: unknown): TypeError {
  return new TypeError(`Redis answered ${typeof reply} where ${expected} was expected`)
}

interface CommonOptions {
  /** How long a call may take in ms, 800 by default: a 503 has to come within a second. */
  readonly deadline?: number
  readonly onEvent?: RedisEventListener
}

/** One server. */
export interface ServerOptions extends CommonOptions {
  /** `redis://` or `rediss://`, with user, password and database where needed. */
  readonly url: string
}

/** A Redis Cluster. */
export interface ClusterOptions extends CommonOptions {
  /**
   * Some nodes, as URLs or `host:port`: the others are discovered from them. User, password and TLS
   * of the first apply to all.
   */
  readonly clusterNodes: readonly string[]
}

/** A primary with replicas, monitored by sentinels. */
export interface SentinelOptions extends CommonOptions {
  /** As URLs or `host:port`. User, password and TLS of the first apply to all sentinels. */
  readonly sentinels: readonly string[]
  /** The name of the primary in the configuration of the sentinels. */
  readonly sentinelName: string
  /** User, password, database and TLS of the servers; its host and port do not matter. */
  readonly serverUrl?: string
}

export type RedisOptions = ServerOptions | ClusterOptions | SentinelOptions

/** Once per change, not once per attempt; `redis_down` again where another cause appears meanwhile. */
export type RedisEvent =
  | { readonly type: 'redis_up' }
  | { readonly type: 'redis_down'; readonly error: unknown }
  /** One sentinel (`host:port` as configured) does not answer, or does not know the name of the primary. */
  | { readonly type: 'sentinel_silent'; readonly sentinel: string; readonly error: unknown }
  | { readonly type: 'sentinel_back'; readonly sentinel: string }

export type RedisEventListener = (event: RedisEvent) => void
