/** Single values that need more than a type: each parses one text or complains about it. */
import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { parseApiRoutes } from './api.ts'
import { foreignEndpointsOf } from './egress.ts'
import { type Complain, type Environment, environmentNames, type Source } from './environment.ts'

/** An origin: scheme, host, port and nothing else, as browsers write it (RFC 6454 section 6.2). */
export function parseOrigin(name: string, value: string, complain: Complain): string | undefined {
  if (/[\s,]/.test(value)) {
    complain(name, 'must be one origin: redirect other hosts to it')
    return undefined
  }
  const url = parseUrl(name, value, ['http:', 'https:'], complain)
  if (!url) return undefined
  const isExact = url.origin === value || `${url.origin}/` === value
  const problem = isExact ? hostProblem(url) : originProblem(value, url)
  if (problem) complain(name, problem)
  return url.origin
}

function hostProblem({ hostname }: URL): string | undefined {
  if (hostname.includes('*')) return 'must name one host, without *'
  return hostname.endsWith('.') ? 'must name a host without a dot at its end' : undefined
}

/** Gives the right value, and names what is too much or written otherwise than browsers do. */
function originProblem(value: string, url: URL): string {
  const [, scheme = '', authority = ''] = /^(.*?):\/*([^/?#]*)/.exec(value) ?? []
  const isDefault = url.port === '' && /:\d+$/.test(authority)
  const slips: [is: boolean, slip: string][] = [
    [authority.includes('@'), 'without user and password'],
    [isDefault, `without the port, which ${url.protocol.slice(0, -1)} means anyway`],
    [/[A-Z]/.test(scheme + authority), 'in lower case'],
    [url.pathname !== '/', 'without a path'],
    [value.includes('?'), 'without a query'],
    [value.includes('#'), 'without a fragment']
  ]
  const found = slips.filter(([is]) => is).map(([, slip]) => slip)
  // What stands before an @ may be a password, and the first part of one looks like a host.
  const right = value.includes('@') ? 'an origin alone' : url.origin
  return `must be ${right}: ${found.join(', ') || 'as browsers write it'}`
}

/** What paths are added to. */
export function parseBaseUrl(
  name: string,
  value: string,
  protocols: readonly string[],
  complain: Complain
): URL | undefined {
  const url = parseUrl(name, value, protocols, complain)
  if (url && (url.search || url.hash || url.username || url.password)) {
    complain(name, 'must have neither query, fragment nor user')
  }
  return url
}

export function parseUrl(
  name: string,
  value: string,
  protocols: readonly string[],
  complain: Complain
): URL | undefined {
  if (URL.canParse(value)) {
    const url = new URL(value)
    if (protocols.includes(url.protocol)) return url
  }
  complain(name, `must be a URL beginning with ${protocols.map(p => `${p}//`).join(' or ')}`)
  return undefined
}

/**
 * Issuers of ID tokens as their `iss` has them (OpenID Connect Core 2): https, without query or fragment. They are
 * compared letter by letter.
 */
export function parseIssuers(value: string, complain: Complain): string[] {
  const name = 'COGNITO_ISSUER'
  const issuers = value.split(',').map(part => part.trim())
  const isGood = (text: string) =>
    URL.canParse(text) && text.startsWith('https://') && !/[?#\s]/.test(text)
  if (!issuers.every(isGood)) {
    complain(name, 'must list https URLs, comma-separated, as the iss of ID tokens has them')
  } else if (!issuers.every(text => text.startsWith(`${new URL(text).origin}/`))) {
    complain(
      name,
      'must name hosts as the iss of ID tokens does: in lower case, without user and :443'
    )
  }
  return issuers
}

/** On this machine: the connection cannot be read on the way. */
export const isLoopback = ({ hostname }: URL): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

/** Master keys, newest first: 32 bytes each, all different, none of them a placeholder. */
export function parseSessionKeys(value: string, complain: Complain): Buffer[] {
  const name = 'SESSION_KEYS'
  const texts = value.split(',').map(part => part.trim())
  const keys = texts.map(part => Buffer.from(part, 'base64'))
  if (texts.some((part, i) => part === '' || keys[i]?.length !== 32)) {
    complain(name, 'must hold base64 keys of exactly 32 bytes (openssl rand -base64 32)')
  } else if (new Set(keys.map(key => key.toString('hex'))).size !== keys.length) {
    complain(name, 'holds the same key twice')
  } else if (keys.some(key => new Set(key).size < 12)) {
    // 32 random bytes hold fewer than 12 different values about once in 10^20 draws.
    complain(name, 'holds a key that is not random')
  }
  return keys
}

const secondFactors = ['SOFTWARE_TOKEN_MFA', 'SMS_MFA', 'EMAIL_OTP'] as const

export type SecondFactor = (typeof secondFactors)[number]

/** By Cognito's names; `none` where the pool has none. */
export function parseSecondFactors(value: string, complain: Complain): SecondFactor[] {
  if (value === 'none') return []
  const given = value.split(',').map(part => part.trim())
  const known = secondFactors.filter(name => given.includes(name))
  if (known.length !== given.length) {
    complain('COGNITO_MFA_METHODS', `must list some of ${secondFactors.join(', ')}, or be none`)
  }
  return known
}

/** Addresses and CIDRs. A mask that trusts every address is refused: it lets any client choose its address. */
export function parseTrustProxy(value: string, complain: Complain): string[] {
  const entries = value.split(',').map(part => part.trim())
  const known = ['loopback', 'linklocal', 'uniquelocal']
  const bad = entries.some(entry => !known.includes(entry) && !isCidr(entry))
  if (bad) complain('TRUST_PROXY', 'must list IP addresses or CIDRs, comma-separated, none with /0')
  return entries
}

function isCidr(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  const bits = Number(prefix)
  return /^\d+$/.test(prefix) && bits > 0 && bits <= (family === 4 ? 32 : 128)
}

/** A folder with a page in it, made absolute. */
export function parsePage(value: string, complain: Complain): string {
  const folder = resolve(value)
  if (!existsSync(join(folder, 'index.html'))) {
    complain('PAGE_DIRECTORY', 'must name a folder that holds an index.html')
  }
  return folder
}

// What does not stop the start but deserves a line in the log: names that nothing reads, tokens in the clear, a
// public app client.

/** Sentences that name variables, never their values. */
export function warningsOf(source: Source, env: Environment): string[] {
  const set = Object.keys(source).filter(name => source[name]?.trim())
  const warnings = set.flatMap(name => {
    const meant = mistyped(name)
    return meant === undefined ? [] : [`${name} is not read: is ${meant} meant?`]
  })
  warnings.push(...foreignEndpointsOf(source))
  if (source.NODE_EXTRA_CA_CERTS?.trim() && !existsSync(source.NODE_EXTRA_CA_CERTS)) {
    warnings.push('NODE_EXTRA_CA_CERTS names a file that does not exist: no authority is added')
  }
  if (source.NODE_TLS_REJECT_UNAUTHORIZED?.trim() === '0') {
    warnings.push('NODE_TLS_REJECT_UNAUTHORIZED is 0: no certificate is checked')
  }
  if (env.NODE_ENV === 'production' && isReadable(env.API_UPSTREAM)) {
    warnings.push('API_UPSTREAM is plain http: access tokens can be read on the way there')
  }
  if (env.COGNITO_USER_POOL_ID && !env.API_UPSTREAM && !env.API_ROUTES) {
    warnings.push('API_UPSTREAM is not set: there is no API behind /api, and calls of it are 404')
  }
  if (env.NODE_ENV === 'production' && env.COGNITO_CLIENT_ID && !env.COGNITO_CLIENT_SECRET) {
    warnings.push(
      'COGNITO_CLIENT_SECRET is not set: anyone can call the pool directly, without the limits and the required resets of this service'
    )
  }
  if (portOf(env.OTEL_EXPORTER_OTLP_ENDPOINT) === '4317') {
    warnings.push(
      'OTEL_EXPORTER_OTLP_ENDPOINT has the port of OTLP over gRPC (4317): traces are sent over HTTP (4318)'
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
  url !== undefined && URL.canParse(url) && /^http:/i.test(url) && !isLoopback(new URL(url))

const portOf = (url: string | undefined) =>
  url !== undefined && URL.canParse(url) ? new URL(url).port : undefined

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
