/** How Redis is reached: one server, a cluster, or servers watched over by sentinels. */
import type { Complain, Environment } from './environment.ts'
import { parseNodes, parseRedisUrl } from './rules.ts'

export type RedisConfig =
  | { readonly url: string }
  | { readonly clusterNodes: readonly string[] }
  | {
      readonly sentinels: readonly string[]
      readonly sentinelName: string
      /** Credentials, database and TLS of the servers. */
      readonly serverUrl?: string
    }

/** Undefined: the embedded store, for local runs only. */
export function redisOf(
  env: Environment,
  production: boolean,
  complain: Complain
): RedisConfig | undefined {
  const { REDIS_URL: url, REDIS_CLUSTER_NODES: cluster, REDIS_SENTINELS: sentinels } = env
  if (url) parseRedisUrl('REDIS_URL', url, complain)
  if (env.REDIS_SENTINEL_NAME && !sentinels)
    complain('REDIS_SENTINEL_NAME', 'is set without REDIS_SENTINELS: list them, or leave it out')
  if (cluster) {
    if (url || sentinels)
      complain('REDIS_CLUSTER_NODES', 'stands alone: no REDIS_URL or _SENTINELS')
    return { clusterNodes: parseNodes('REDIS_CLUSTER_NODES', cluster, complain) }
  }
  if (sentinels) {
    if (!env.REDIS_SENTINEL_NAME)
      complain('REDIS_SENTINEL_NAME', 'is required with REDIS_SENTINELS')
    return {
      sentinels: parseNodes('REDIS_SENTINELS', sentinels, complain),
      sentinelName: env.REDIS_SENTINEL_NAME ?? '',
      ...(url && { serverUrl: url })
    }
  }
  if (url) return { url }
  if (production) complain('REDIS_URL', 'is required in production')
  return undefined
}
