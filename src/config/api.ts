/** The API behind this service, and how much of it one user and one slow browser may hold. */
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import type { Environment } from './environment.ts'
import type { Complain } from './read.ts'
import { parseUrl } from './rules.ts'

export interface ApiConfig {
  /** Base URL, its path included; `/api/x` goes to `{url}/x`. */
  readonly url: string
  readonly connections: number
  readonly callsPerUser: number
  /** How long a browser may take nothing of an answer, in ms. */
  readonly longestStall: number
  /** URL of the proxy that it is reached by. */
  readonly proxy?: string
}

/** @param local where calls go in a local run that names no API */
export function apiOf(
  env: Environment,
  local: string | undefined,
  proxies: ProxyRules,
  complain: Complain
): ApiConfig | undefined {
  if (env.API_UPSTREAM) parseUrl('API_UPSTREAM', env.API_UPSTREAM, ['http:', 'https:'], complain)
  const url = env.API_UPSTREAM ?? local
  const mayProxy = env.API_PROXY === 'on' && env.API_UPSTREAM && URL.canParse(env.API_UPSTREAM)
  const proxy = mayProxy ? proxyFor(env.API_UPSTREAM ?? '', proxies) : undefined
  if (url === undefined) return undefined
  return {
    url,
    connections: env.API_CONNECTIONS,
    callsPerUser: env.API_CALLS_PER_USER,
    longestStall: env.API_STALL_SECONDS * 1000,
    ...(proxy && { proxy })
  }
}
