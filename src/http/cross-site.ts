/** Which requests may be made at all: those that the page itself makes, recognised by what no other site can send. */
import type { IncomingHttpHeaders } from 'node:http'

export type CrossSiteReason = 'header_missing' | 'fetch_site' | 'origin'

/**
 * What a browser fetches for a page that can set no header: images, media, downloads, EventSource, links. Never
 * what it would run or apply as code of this origin (script, style, worker, worklet, frame, object, font, xslt),
 * nor what names no destination.
 */
const destinations = new Set(['empty', 'image', 'audio', 'video', 'document'])

interface CrossSiteRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

/**
 * Undefined for a request of the page. It bears a header that no form can send; then Fetch Metadata decides, then
 * Origin where a client sends none (OWASP CSRF cheat sheet).
 * @param isReadable whether the route may be read without the header, on the browser's word alone
 */
export function crossSiteReason(
  request: CrossSiteRequest,
  publicOrigin: string,
  isReadable: boolean
): CrossSiteReason | undefined {
  const { headers } = request
  const isForeign = headers.origin !== undefined && headers.origin !== publicOrigin
  if (headers['x-csrf'] !== '1') {
    return isReadable && !isForeign && isPlainRead(request) ? undefined : 'header_missing'
  }
  const site = headers['sec-fetch-site']
  // 'none' is a call by the user themselves (address bar, extension); a page cannot cause it.
  if (site !== undefined) {
    return site === 'same-origin' || site === 'none' ? undefined : 'fetch_site'
  }
  return isForeign ? 'origin' : undefined
}

/**
 * Undefined for a WebSocket handshake of the page, which can bear no header of ours. Chromium sends no Fetch Metadata with
 * it, but every browser sends Origin (RFC 6455 section 4.1).
 */
export const upgradeReason = (
  { origin }: IncomingHttpHeaders,
  publicOrigin: string
): CrossSiteReason | undefined => (origin === publicOrigin ? undefined : 'origin')

function isPlainRead({ method, headers }: CrossSiteRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const destination = headers['sec-fetch-dest']
  return (
    headers['sec-fetch-site'] === 'same-origin' &&
    typeof destination === 'string' &&
    destinations.has(destination)
  )
}

/** Whether the browser would show the answer as a page of this origin, or save it. */
export const isNavigation = (headers: IncomingHttpHeaders): boolean =>
  headers['sec-fetch-dest'] === 'document' || headers['sec-fetch-mode'] === 'navigate'
