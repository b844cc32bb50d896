/** The APIs behind this service, and how much of them one user and one slow browser may hold. */

import { type Static, type TSchema, Type, TypeGuard } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import type { Complain, Environment } from './environment.ts'
import { parseBaseUrl } from './rules.ts'

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
  if (upstream) parseBaseUrl('API_UPSTREAM', upstream, ['http:', 'https:'], complain)
  const routes = list === undefined ? [] : parseApiRoutes(list, complain)
  if (upstream && routes.some(({ path }) => path === '/api')) {
    complain(
      'API_UPSTREAM',
      'is the short form of a route for /api, which API_ROUTES has: keep one'
    )
  }
  if (upstream) return [...routes, plainRoute('/api', upstream)]
  // The echo API takes WebSockets, too.
  const isLocal = list === undefined && local !== undefined
  return isLocal ? [{ ...plainRoute('/api', local), webSocket: true }] : routes
}

// API_ROUTES: several APIs below /api, each with rules of its own.

const oneOf = <const T extends string>(values: readonly T[], description: string, fallback: T) =>
  Type.Optional(
    Type.Union(
      values.map(value => Type.Literal(value)),
      { default: fallback, description }
    )
  )

const ApiRouteEntry = Type.Object(
  {
    path: Type.String({
      pattern: '^/api(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$',
      maxLength: 200,
      description: 'where the API is, for the page; the longest path that fits a call wins'
    }),
    upstream: Type.String({
      pattern: '^https?://[^\\s?#]+$',
      description: 'base URL of the API; `{path}/x` goes to `{upstream}/x`'
    }),
    session: oneOf(
      ['required', 'optional', 'none'],
      'whether a call needs a session; `none` does not even look for one',
      'required'
    ),
    token: oneOf(
      ['access', 'id', 'none'],
      'the token that the API is sent of a signed-in user',
      'access'
    ),
    groups: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
        minItems: 1,
        maxItems: 100,
        description: 'a user must be in one of these groups of the pool; else 403 `forbidden`'
      })
    ),
    maxAgeSeconds: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: 31_536_000,
        description: 'how old the login may be; else 403 `reauthentication_required`'
      })
    ),
    cache: oneOf(
      ['none', 'upstream'],
      'whether browsers may keep answers as the API says, for their user alone',
      'none'
    ),
    timeoutSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3600,
        default: 30,
        description: 'how long the API may take to the first byte of its answer'
      })
    ),
    webSocket: Type.Optional(
      Type.Boolean({ default: false, description: 'whether the page may open WebSockets' })
    ),
    bodyLimitMiB: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 10_240,
        description: 'the largest body of a request; none without it'
      })
    )
  },
  { additionalProperties: false }
)

/** Also the JSON Schema for editors, docs/api-routes.schema.json. */
export const ApiRoutes = Type.Array(ApiRouteEntry, {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'API_ROUTES of the Cognito BFF',
  minItems: 1,
  maxItems: 100
})

type Entry = Static<typeof ApiRouteEntry>

/** One API below /api. */
export interface ApiRoute {
  /** Without a slash at its end. */
  readonly path: string
  /** Base URL, its path included. */
  readonly upstream: string
  readonly session: 'required' | 'optional' | 'none'
  readonly token: 'access' | 'id' | 'none'
  /** Groups of the pool: one of them is enough. Empty: every user. */
  readonly groups: readonly string[]
  /** Undefined: however old the login is. */
  readonly maxAgeSeconds: number | undefined
  readonly cache: 'none' | 'upstream'
  /** To the first byte of an answer, in ms. */
  readonly timeout: number
  /** In bytes. Undefined: any. */
  readonly bodyLimit: number | undefined
  readonly webSocket: boolean
  /** URL of the proxy that the API is reached by. */
  readonly proxy?: string
}

export const plainRoute = (path: string, upstream: string): ApiRoute => routeOf({ path, upstream })

/** Complains about every problem, with its place in the list; returns the routes that are sound. */
export function parseApiRoutes(json: string, complain: Complain): ApiRoute[] {
  const name = 'API_ROUTES'
  const list = parseJson(json)
  if (!Array.isArray(list)) {
    complain(name, 'must be a JSON list of routes')
    return []
  }
  for (const { path, message, schema } of Value.Errors(ApiRoutes, list)) {
    complain(name, `${placeOf(path)} ${problemOf(message, schema)}`)
  }
  if (!Value.Check(ApiRoutes, list)) return []
  for (const [i, entry] of list.entries()) {
    for (const problem of contradictions(entry, list.slice(0, i))) {
      complain(name, `[${i}]${problem}`)
    }
  }
  return list.map(routeOf)
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** `/0/groups/1` is `[0].groups[1]`. */
const placeOf = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map(part => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')

function problemOf(message: string, schema: TSchema): string {
  const { pattern } = schema
  if (TypeGuard.IsUnion(schema)) {
    return `must be one of ${schema.anyOf.map(option => String(option.const)).join(', ')}`
  }
  if (String(pattern).startsWith('^/api')) {
    return 'must be /api or a path below it, of letters, digits, -, _, . and ~, without a slash at its end'
  }
  if (pattern !== undefined) {
    return 'must be a URL beginning with http:// or https:// (in lower case), without query and fragment'
  }
  if (message === 'Unexpected property') return 'is not a setting of a route'
  return message.replace(/^Expected/, 'must be').replace('required property', 'is missing')
}

function contradictions(entry: Entry, before: readonly Entry[]): string[] {
  const { path, upstream, session = 'required', token, groups, maxAgeSeconds } = entry
  const problems: string[] = []
  const isTwice = before.some(other => other.path.toLowerCase() === path.toLowerCase())
  if (isTwice) problems.push('.path is that of another route')
  if (!URL.canParse(upstream)) problems.push('.upstream is no URL')
  else if (new URL(upstream).username || new URL(upstream).password) {
    problems.push('.upstream must not hold a user or a password')
  }
  if (session === 'none' && token !== undefined && token !== 'none') {
    problems.push('.token needs a session: set "session" to "required" or "optional"')
  }
  if (session !== 'required' && (groups || maxAgeSeconds)) {
    problems.push('.groups and .maxAgeSeconds need "session": "required"')
  }
  return problems
}

function routeOf(entry: Entry): ApiRoute {
  const { path, upstream, session = 'required', cache = 'none', timeoutSeconds = 30 } = entry
  const { token = session === 'none' ? 'none' : 'access', bodyLimitMiB } = entry
  return {
    path,
    upstream,
    session,
    token,
    groups: entry.groups ?? [],
    maxAgeSeconds: entry.maxAgeSeconds,
    cache,
    timeout: timeoutSeconds * 1000,
    webSocket: entry.webSocket ?? false,
    bodyLimit: bodyLimitMiB && Math.floor(bodyLimitMiB * 1024 * 1024)
  }
}
