/** How Redis is reached: one server, a cluster, or servers watched over by sentinels. */
import type { Complain, Environment } from './environment.ts'

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

/** How a password is written in a URL; the part of the value itself is never repeated. */
const encoded = 'in it percent-encode % # / ? @ as %25 %23 %2F %3F %40'

/** Of one server. */
function parseRedisUrl(name: string, value: string, complain: Complain): void {
  if (value.includes('://') && isEndpoint(value)) return
  const form = 'must be like rediss://user:password@host:6379/0'
  complain(name, `${form}: the password (${encoded}), then the number of a database or nothing`)
}

/** Nodes of a cluster or sentinels: `host:port`, or URLs where they need credentials or TLS. */
function parseNodes(name: string, value: string, complain: Complain): string[] {
  const nodes = value.split(',').map(part => part.trim())
  const texts = nodes.map(node => (node.includes('://') ? node : `redis://${node}`))
  if (!texts.every(text => isEndpoint(text) && new URL(text).port !== '')) {
    complain(name, `must list host:port or redis:// URLs, comma-separated (a password: ${encoded})`)
    return nodes
  }
  const [first, ...others] = texts.map(text => new URL(text))
  if (others.some(other => hasOwnAccess(other, first))) {
    complain(name, 'must have user, password and TLS in its first entry: they count for all')
  }
  if (texts.some(text => /^\/0*[1-9]/.test(new URL(text).pathname))) {
    complain(name, 'must not name a database: clusters and sentinels have none but 0')
  }
  return nodes
}

/** Whether a node has TLS or credentials that the first one, whose are used for all, does not have. */
function hasOwnAccess(other: URL, first: URL | undefined): boolean {
  if (other.protocol === 'rediss:' && first?.protocol !== 'rediss:') return true
  const isKnown = other.username === first?.username && other.password === first.password
  return (other.username !== '' || other.password !== '') && !isKnown
}

/** What src/redis/client.ts can read. */
function isEndpoint(text: string): boolean {
  try {
    const { protocol, hostname, pathname, username, password, search, hash } = new URL(text)
    decodeURIComponent(username + password)
    const isPlain = !search && !hash && /^(\/\d*)?$/.test(pathname)
    return /^rediss?:$/.test(protocol) && hostname !== '' && isPlain
  } catch {
    return false
  }
}
