/** Which headers may cross the proxy, each way. */
import type { IncomingHttpHeaders } from 'node:http'
import { publicLinks, publicLocation, type Route } from './answer.ts'

/** Who is calling, as the upstream is told. Never taken from the client's own headers. */
export interface Caller {
  /** Undefined: none is sent. */
  readonly token: string | undefined
  readonly ip: string
  readonly requestId: string
  readonly origin: Pick<URL, 'protocol' | 'host'>
  /** The path of this service below which the API is: it may put its links below that. */
  readonly prefix: string
}

/** What the upstream is sent: name, value, name, value. */
export function upstreamHeaders(headers: IncomingHttpHeaders, caller: Caller): string[] {
  const named = namedBy(headers.connection)
  const sent: string[] = []
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    // In lists Node has Set-Cookie alone, which means nothing in a request.
    if (typeof value === 'string' && mayReachApi(name) && !named?.has(name)) sent.push(name, value)
  }
  const { protocol, host } = caller.origin
  if (caller.token) sent.push('authorization', `Bearer ${caller.token}`)
  sent.push('x-request-id', caller.requestId)
  sent.push('x-forwarded-for', caller.ip, 'x-forwarded-host', host)
  sent.push('x-forwarded-proto', protocol.slice(0, -1), 'x-forwarded-prefix', caller.prefix)
  return sent
}

/** Headers of an answer, by name. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/**
 * What the browser is sent of an answer's headers: each of them to `set`.
 * @param asked path and query that the API was asked for, its base included
 */
export function returnHeaders(
  { headers, asked, route }: { headers: AnswerHeaders; asked: string; route: Route },
  set: (name: string, value: string | string[]) => unknown
): void {
  const named = namedBy(headers.connection)
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (value === undefined || !mayReachBrowser(name) || named?.has(name)) continue
    const returned = returnedValue(name, value, asked, route)
    if (returned !== undefined) set(name, returned)
  }
  // nginx would collect the events of a stream before it passes them on.
  if (String(headers['content-type']).startsWith('text/event-stream')) {
    set('x-accel-buffering', 'no')
  }
}

/** Something to save, never to show; the name of the file stays. */
export function asAttachment(disposition: string | string[] | undefined): string {
  const [, parameters = ''] = /^[^;]*(;.*)?$/s.exec(String(disposition ?? '')) ?? []
  return `attachment${parameters}`
}

/** A `Cache-Control` for the cache of one browser (RFC 9111 section 5.2.2). */
export function privately(cacheControl: string): string {
  const directives = cacheControl
    .toLowerCase()
    // Which fields are meant does not matter: it is the whole answer here.
    .replace(/="[^"]*"/g, '')
    .split(',')
    .map(directive => directive.trim())
    .filter(
      directive =>
        directive !== '' && !/^(?:public|private|s-maxage|proxy-|must-understand)/.test(directive)
    )
  return directives.includes('no-store') ? 'no-store' : ['private', ...directives].join(', ')
}

function returnedValue(name: string, value: string | string[], asked: string, route: Route) {
  if (name === 'location' || name === 'content-location') {
    return publicLocation(String(value), asked, route)
  }
  if (name === 'link') return publicLinks([value].flat(), asked, route)
  return name === 'www-authenticate' && !opensNoDialog(value) ? undefined : value
}

/** Headers that are for the next hop alone because `Connection` names them (RFC 9110 section 7.6.1). */
function namedBy(connection: string | string[] | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return
  const names = String(connection).toLowerCase().split(',')
  return new Set(names.map(name => name.trim()))
}

/** An API that does not accept the access token says so by this challenge (RFC 6750 section 3.1). */
export function refusesToken(headers: AnswerHeaders): boolean {
  const challenge = headers['www-authenticate']
  return challenge !== undefined && /\berror="?invalid_token\b/.test(String(challenge))
}

// Which headers never cross the proxy, by family: a list of names would always be short of one.

/** Of the connection, not of the message (RFC 9110 section 7.6.1). */
const hopByHop = [
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade'],
  ...['transfer-encoding', 'http2-settings', 'host', 'expect']
]

/** Matches names by what stands between their dashes: `parts('user')` matches `user` and `x-user-id`. */
const parts = (...words: readonly string[]) => new RegExp(`(?:^|-)(?:${words.join('|')})(?:-|$)`)
const prefixes = (...words: readonly string[]) => new RegExp(`^(?:${words.join('|')})(?:-|$)`)
const names = (...words: readonly string[]) => new RegExp(`^(?:${words.join('|')})$`)

/** What a caller may not say to the API, which would take it for the word of the proxy in front of it. */
const deniedToApi = [
  prefixes('cookie2?', 'set-cookie2?', 'proxy', 'x-csrf', 'x-request-id', 'sec-websocket'),
  // Who the user is, and with what they prove it.
  parts('authorization', 'authenticated', 'authentication', 'auth', 'credentials?', 'email'),
  parts('users?(?!-agent$)', 'username', 'userid', 'userinfo', 'principal', 'impersonate'),
  parts('consumer', 'oidc', 'saml', 'sso', 'jwt', 'assertion', 'webauth', 'identity'),
  names('from'),
  // Where they come from.
  parts('forwarded', 'forward', 'remote', 'real', 'originating', 'addr', 'clientip', 'socketip'),
  parts('ip', 'ipv4', 'ipv6'),
  prefixes('cf', 'x-azure', 'x-envoy', 'x-appengine', 'cloudfront', 'fastly', 'fly', 'true-client'),
  prefixes('x-nf', 'x-vercel', 'x-akamai', 'akamai', 'x-amzn', 'x-arr', 'x-apigateway'),
  // Which certificate they have.
  parts('ssl', 'tls', 'mtls', 'certs?', 'certificate', 'clientcert', 'dn'),
  prefixes('x-client-verify'),
  // What they ask for: another URL, method or host than the one that was checked.
  parts('method', 'override', 'rewrite', 'original-(?:url|uri|path|host|proto|scheme|port|query)'),
  /-(?:url|uri|host|proto|protocol|scheme|https)$/,
  prefixes('x-accel', 'x-sendfile', 'x-middleware')
]

/** What the API may not say to the browser, nor to an edge or cache in front of this service. */
const deniedToBrowser = [
  prefixes('set-cookie2?', 'proxy', 'x-csrf', 'x-request-id', 'sec', 'secure-session'),
  // What steers an edge or a cache: caching is this service's to say.
  parts('cache', 'cdn', 'edge', 'surrogate', 'accel', 'sendfile', 'send-file', 'reproxy', 'purge'),
  parts('varnish', 'akamai', 'fastly', 'litespeed', 'cloudfront', 'netlify', 'xkey', 'esi', 'ttl'),
  prefixes('x-envoy', 'x-appengine', 'x-vercel'),
  names('pragma', 'expires', 'vary', 'age', 'warning', 'no-vary-search'),
  // What steers the browser beyond this answer: policies of the origin, its storage, its dialogs.
  /-(?:policy|policies|csp)(?:-report-only)?$/,
  prefixes('access-control', 'cross-origin', 'service-worker', 'public-key-pins', 'accept-ch'),
  prefixes('attribution-reporting', 'reporting', 'x-permitted', 'shared-storage', 'x-dns-prefetch'),
  names('clear-site-data', 'strict-transport-security', 'alt-svc', 'nel', 'report-to', 'refresh'),
  names('x-content-type-options', 'x-frame-options', 'x-xss-protection', 'x-download-options'),
  names('x-ua-compatible', 'expect-ct', 'origin-agent-cluster', 'timing-allow-origin'),
  names('origin-trial', 'critical-ch', 'speculation-rules', 'supports-loading-mode', 'set-login'),
  names('use-as-dictionary', 'observe-browsing-topics', 'activate-storage-access', 'p3p', 'tk'),
  names('optional-www-authenticate', 'authentication-info', 'authentication-control'),
  // This service's own limits.
  prefixes('ratelimit')
]

/**
 * Whether a header of a caller may reach the API.
 * @param name in lower case
 */
export const mayReachApi = remembered(name => {
  // Behind CGI and its heirs `x_forwarded_for`, and to some `x.forwarded.for`, are the same as `x-forwarded-for`.
  const dashed = name.replace(/[^a-z0-9]/g, '-')
  if (dashed === 'sec-fetch-user') return true
  return !hopByHop.includes(dashed) && !deniedToApi.some(family => family.test(dashed))
})

/**
 * Whether a header of an answer may reach the browser. What opens a password box is seen to by `opensNoDialog`.
 * @param name in lower case
 */
export const mayReachBrowser = remembered(
  name =>
    name === 'www-authenticate' ||
    (!hopByHop.includes(name) && !deniedToBrowser.some(family => family.test(name)))
)

/**
 * Whether all challenges of a `WWW-Authenticate` are of schemes that scripts deal with: a browser opens a box of
 * its own for Basic, Digest, NTLM and Negotiate.
 */
export function opensNoDialog(challenges: string | string[]): boolean {
  const unquoted = String(challenges).replace(/"(?:[^"\\]|\\.)*"/g, '')
  const schemes = unquoted
    .split(',')
    .map(part => part.trim())
    // What is not a parameter of the challenge before begins another one.
    .filter(part => part !== '' && !/^[^\s=]+\s*=/.test(part))
    .map(part => part.split(/\s/)[0]?.toLowerCase())
  return schemes.every(scheme => scheme === 'bearer' || scheme === 'dpop')
}

/** So many names are kept: browsers send a few dozen. */
const longestMemory = 1000

/** The same decision, looked up where it was made before. */
function remembered(decide: (name: string) => boolean): (name: string) => boolean {
  const decisions = new Map<string, boolean>()
  return name => {
    let decision = decisions.get(name)
    if (decision === undefined) {
      decision = decide(name)
      if (decisions.size < longestMemory) decisions.set(name, decision)
    }
    return decision
  }
}
