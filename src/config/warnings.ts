/**
 * What does not stop the start but deserves a line in the log: names that nothing reads, tokens in the clear, a
 * public app client.
 */
import { parseApiRoutes } from './api-routes.ts'
import { foreignEndpointsOf } from './egress.ts'
import { type Environment, environmentNames } from './environment.ts'
import type { Source } from './read.ts'
import { isLoopback } from './rules.ts'

/** Sentences that name variables, never their values. */
export function warningsOf(source: Source, env: Environment): string[] {
  const set = Object.keys(source).filter(name => source[name]?.trim())
  const warnings = set.flatMap(name => {
    const meant = mistyped(name)
    return meant === undefined ? [] : [`${name} is not read: is ${meant} meant?`]
  })
  warnings.push(...foreignEndpointsOf(source))
  if (source.NODE_TLS_REJECT_UNAUTHORIZED?.trim() === '0') {
    warnings.push('NODE_TLS_REJECT_UNAUTHORIZED is 0: no certificate is checked')
  }
  if (env.NODE_ENV === 'production' && isReadable(env.API_UPSTREAM)) {
    warnings.push('API_UPSTREAM is plain http: access tokens can be read on the way there')
  }
  if (env.COGNITO_USER_POOL_ID && !env.API_UPSTREAM) {
    warnings.push('API_UPSTREAM is not set: there is no API behind /api, and calls of it are 404')
  }
  if (env.NODE_ENV === 'production' && env.COGNITO_CLIENT_ID && !env.COGNITO_CLIENT_SECRET) {
    warnings.push(
      'COGNITO_CLIENT_SECRET is not set: anybody can call the pool past this service, its limits and required resets included'
    )
  }
  const routes = env.API_ROUTES === undefined ? [] : parseApiRoutes(env.API_ROUTES, () => {})
  const readable = routes.filter(({ token, upstream }) => token !== 'none' && isReadable(upstream))
  if (env.NODE_ENV === 'production' && readable.length > 0) {
    const paths = readable.map(({ path }) => path).join(', ')
    warnings.push(`API_ROUTES has plain http for ${paths}: tokens can be read on the way there`)
  }
  return warnings
}

/** Clusters speak http inside, some of them encrypted below it: nothing to refuse, but to know. */
const isReadable = (url: string | undefined) =>
  url !== undefined && URL.canParse(url) && url.startsWith('http:') && !isLoopback(new URL(url))

/** Short names are near to too much: `HOST` to `HOSTS`, `PORT` to `PORTS`. */
const shortest = 8

/** The variable that is two slips or fewer away. */
function mistyped(name: string): string | undefined {
  if (environmentNames.includes(name)) return undefined
  return environmentNames.find(
    known => known.length >= shortest && slips(name.toUpperCase(), known) <= 2
  )
}

/** Levenshtein's distance: letters left out, added or replaced. */
function slips(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return 3
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, wanted] of [...other].entries()) {
      const replaced = (row[j] ?? 0) + (letter === wanted ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
