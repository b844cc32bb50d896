/** Which headers may cross the proxy, each way. */
import type { IncomingHttpHeaders } from 'node:http'

/** Who is calling, as the upstream is told. Never taken from the client's own headers. */
export interface Caller {
  readonly accessToken: string
  readonly ip: string
  readonly requestId: string
  readonly origin: Pick<URL, 'protocol' | 'host'>
}

/** Of the connection, not of the message (RFC 9110 section 7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade'
].concat(['transfer-encoding'])

/** Credentials are ours to set, and what names the caller must not be the caller's own claim. */
const notForwarded = new Set([
  ...hopByHop,
  ...['host', 'cookie', 'authorization', 'proxy-authorization', 'x-csrf', 'forwarded', 'expect'],
  // By what proxies and CDNs call the address of the caller.
  ...['x-real-ip', 'x-client-ip', 'x-cluster-client-ip'],
  ...['true-client-ip', 'cf-connecting-ip', 'fastly-client-ip'],
  'x-request-id'
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

/** What the upstream is sent: name, value, name, value. */
export function upstreamHeaders(headers: IncomingHttpHeaders, caller: Caller): string[] {
  const named = namedBy(headers.connection)
  const sent: string[] = []
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    // In lists Node has Set-Cookie alone, which means nothing in a request.
    if (typeof value !== 'string' || named?.has(name)) continue
    // Behind CGI and its heirs `x_forwarded_for` is the same as `x-forwarded-for`.
    const dashed = name.includes('_') ? name.replaceAll('_', '-') : name
    const ownWord = dashed.startsWith('x-forwarded-') || dashed.startsWith('x-user-')
    if (!ownWord && !notForwarded.has(dashed)) sent.push(name, value)
  }
  const { protocol, host } = caller.origin
  sent.push('authorization', `Bearer ${caller.accessToken}`, 'x-request-id', caller.requestId)
  sent.push('x-forwarded-for', caller.ip, 'x-forwarded-host', host)
  sent.push('x-forwarded-proto', protocol.slice(0, -1))
  return sent
}

/** Headers of an answer, by name. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/** What the browser is sent of an answer's headers: each of them to `set`. */
export function returnHeaders(
  headers: AnswerHeaders,
  set: (name: string, value: string | string[]) => unknown
): void {
  const named = namedBy(headers.connection)
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (value !== undefined && isReturned(name) && !named?.has(name)) set(name, value)
  }
}

/** Who else may read an answer (CORS) or share its window and process (COOP, COEP, CORP) is not the API's to say. */
const isReturned = (name: string) =>
  !notReturned.has(name) && !name.startsWith('access-control-') && !name.startsWith('cross-origin-')

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
