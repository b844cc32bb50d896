/** How to reach Redis: one server, a cluster, or servers watched over by sentinels. */

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
