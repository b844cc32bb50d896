/** Which headers may cross the proxy, each way. */
import type { IncomingHttpHeaders } from 'node:http'
import { mayReachApi, mayReachBrowser, opensNoDialog } from '../upstream/header-families.ts'
import { publicLinks, publicLocation, type Route } from '../upstream/locations.ts'

/** Who is calling, as the upstream is told. Never taken from the client's own headers. */
export interface Caller {
  /** Undefined: none is sent. */
  readonly accessToken: string | undefined
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
  if (caller.accessToken) sent.push('authorization', `Bearer ${caller.accessToken}`)
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
