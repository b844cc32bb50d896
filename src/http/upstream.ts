/** What may cross the proxy: paths and headers, each way. */
import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../errors.ts'

/** Who is calling, as the upstream is told. Never taken from the client's own headers. */
export interface Caller {
  readonly accessToken: string
  readonly ip: string
  readonly requestId: string
  readonly origin: URL
}

const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade']

/** Credentials are ours to set, and what names the caller must not be the caller's own claim. */
const notForwarded = new Set([
  ...hopByHop,
  ...[
    'cookie',
    'authorization',
    'proxy-authorization',
    'x-csrf',
    'forwarded',
    'expect',
    // By what proxies and CDNs call the address of the caller.
    ...['x-real-ip', 'x-client-ip', 'x-cluster-client-ip'],
    ...['true-client-ip', 'cf-connecting-ip', 'fastly-client-ip']
  ]
])

/** The browser holds one cookie, and the policies of this origin are this service's to say. */
const notReturned = new Set([
  ...hopByHop,
  ...['set-cookie', 'set-cookie2', 'cache-control', 'pragma', 'expires', 'clear-site-data'],
  ...['content-security-policy', 'content-security-policy-report-only', 'permissions-policy'],
  ...['strict-transport-security', 'alt-svc', 'nel', 'report-to', 'reporting-endpoints'],
  ...['x-content-type-options', 'x-frame-options', 'x-permitted-cross-domain-policies'],
  ...['referrer-policy', 'origin-agent-cluster', 'service-worker-allowed', 'vary'],
  ...['proxy-authenticate', 'x-request-id']
])

/** Who else may read an answer (CORS) or share its window and process (COOP, COEP, CORP) is not the API's to say. */
const crossOrigin = /^(?:access-control|cross-origin)-/

/**
 * The path below `prefix`, checked: no dot segments however encoded, no empty ones, no backslashes or
 * control characters. Anything else would let a client step out of the configured base (OWASP SSRF).
 * @throws AppError `invalid_request`
 */
export function upstreamPath(url: string, prefix: string): string {
  const [path = ''] = url.split('?', 1)
  const decoded = decode(path)
  const sound =
    decoded !== undefined &&
    path.startsWith(`${prefix}/`) &&
    !/[\\\p{Cc}]|\/\/|\/\.{1,2}(?:\/|$)/u.test(decoded)
  if (sound) return path.slice(prefix.length)
  throw new AppError('invalid_request', { detail: 'The address is not a valid URL path.' })
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

export function upstreamHeaders(headers: IncomingHttpHeaders, caller: Caller): IncomingHttpHeaders {
  const sent: IncomingHttpHeaders = {}
  for (const [name, value] of Object.entries(headers)) {
    // Behind CGI and its heirs `x_forwarded_for` is the same as `x-forwarded-for`.
    const dashed = name.includes('_') ? name.replaceAll('_', '-') : name
    const ownWord = dashed.startsWith('x-forwarded-') || dashed.startsWith('x-user-')
    if (!ownWord && !notForwarded.has(dashed)) sent[name] = value
  }
  sent.authorization = `Bearer ${caller.accessToken}`
  sent['x-forwarded-for'] = caller.ip
  sent['x-forwarded-proto'] = caller.origin.protocol.slice(0, -1)
  sent['x-forwarded-host'] = caller.origin.host
  sent['x-request-id'] = caller.requestId
  return sent
}

export function returnedHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const returned: IncomingHttpHeaders = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!notReturned.has(name) && !crossOrigin.test(name)) returned[name] = value
  }
  return returned
}

/** An API that does not accept the access token says so by this challenge (RFC 6750 section 3.1). */
export function refusesToken(headers: IncomingHttpHeaders): boolean {
  return /\berror="?invalid_token\b/.test(headers['www-authenticate'] ?? '')
}
