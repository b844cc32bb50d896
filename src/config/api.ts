/** The APIs behind this service, and how much of them one user and one slow browser may hold. */
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import { type ApiRoute, parseApiRoutes, plainRoute } from './api-routes.ts'
import type { Environment } from './environment.ts'
import type { Complain } from './read.ts'
import { parseUrl } from './rules.ts'

export interface ApiConfig {
  readonly routes: readonly ApiRoute[]
  /** To each upstream. */
  readonly connections: number
  readonly callsPerUser: number
  /** How long a browser may take nothing of an answer, in ms. */
  readonly longestStall: number
}

/** @param local where calls go in a local run that names no API */
export function apiOf(
  env: Environment,
  local: string | undefined,
  proxies: ProxyRules,
  complain: Complain
): ApiConfig | undefined {
  const routes = routesOf(env, local, complain)
  if (routes.length === 0) return undefined
  const proxied = (route: ApiRoute) => {
    const isLocal = env.API_UPSTREAM === undefined && env.API_ROUTES === undefined
    const mayProxy = env.API_PROXY === 'on' && !isLocal && URL.canParse(route.upstream)
    const proxy = mayProxy ? proxyFor(route.upstream, proxies) : undefined
    return proxy === undefined ? route : { ...route, proxy }
  }
  return {
    routes: routes.map(proxied),
    connections: env.API_CONNECTIONS,
    callsPerUser: env.API_CALLS_PER_USER,
    longestStall: env.API_STALL_SECONDS * 1000
  }
}

function routesOf(env: Environment, local: string | undefined, complain: Complain): ApiRoute[] {
  const { API_UPSTREAM: upstream, API_ROUTES: list } = env
  if (upstream) parseUrl('API_UPSTREAM', upstream, ['http:', 'https:'], complain)
  const routes = list === undefined ? [] : parseApiRoutes(list, complain)
  if (upstream && routes.some(({ path }) => path === '/api')) {
    complain(
      'API_UPSTREAM',
      'is the short form of a route for /api, which API_ROUTES has: keep one'
    )
  }
  const rest = upstream ?? (list === undefined ? local : undefined)
  return rest === undefined ? routes : [...routes, plainRoute('/api', rest)]
}
