/** The API behind this service: where it is, the connections to it, and who may use them. */

import { AppError } from '../../errors.ts'
import { Admission, Deadline, type Limits } from './admission.ts'
import type { Answer, Route } from './answer.ts'
import { type Connections, connect } from './connections.ts'

/** One host of APIs. */
export interface Upstream {
  readonly connections: Connections
  readonly admission: Admission
  /** Answers of which the browser has taken all it wants to for now. */
  readonly stalled: Deadline<Answer>
}

/** One API, and what it is called with. */
export interface ProxyRoute extends Route {
  readonly shared: Upstream
  /** How long it may take to the first byte of an answer, in ms. */
  readonly timeout: number
  /** The largest body of a request, in bytes. Undefined: any. */
  readonly bodyLimit: number | undefined
  /** Whether browsers may keep answers as the API says. */
  readonly isCached: boolean
}

export interface UpstreamOptions extends Limits {
  readonly publicOrigin: string
  /** How long a browser may take nothing of an answer, in ms. */
  readonly longestStall: number
}

/** What a route of the configuration says. */
export interface RouteOptions {
  readonly path: string
  readonly upstream: string
  readonly timeout: number
  readonly bodyLimit: number | undefined
  readonly cache: 'none' | 'upstream'
  /** URL of the proxy that the API is reached by. */
  readonly proxy?: string
}

export interface Upstreams {
  /** Routes to one host share its connections, and each user's share of them. */
  routeTo(route: RouteOptions): ProxyRoute
  destroy(): Promise<void>
}

export function createUpstreams(options: UpstreamOptions): Upstreams {
  const upstreams = new Map<string, Upstream>()
  const publicOrigin = new URL(options.publicOrigin)
  return {
    routeTo({ path, upstream, timeout, bodyLimit, cache, proxy }) {
      const url = new URL(upstream)
      const shared = upstreams.get(url.origin) ?? createUpstream(url.origin, options, proxy)
      upstreams.set(url.origin, shared)
      return {
        shared,
        prefix: path,
        upstream: url,
        basePath: url.pathname.replace(/\/+$/, ''),
        publicOrigin,
        timeout,
        bodyLimit,
        isCached: cache === 'upstream'
      }
    },
    async destroy() {
      await Promise.all([...upstreams.values()].map(({ connections }) => connections.destroy()))
    }
  }
}

function createUpstream(origin: string, options: UpstreamOptions, proxy?: string): Upstream {
  return {
    connections: connect(origin, options.connections, proxy),
    admission: new Admission(options),
    stalled: new Deadline(options.longestStall, answer => answer.giveUp())
  }
}

// Which paths may cross the proxy.

/** Segments of letters that need no second look, and no empty one: most paths. */
const plain = /^(?:\/[\w~-][\w.~-]*)+\/?$/

/** All that ASCII has besides these can be seen. */
const controls = /[^ -~\u0080-\uffff]/
const dotSegment = /[\\/]\.{1,2}(?:[\\/;]|$)/

/** More levels of encoding than this only hide what a path is. */
const mostEncodings = 5

/**
 * The path below `prefix` (empty for that itself) as it was encoded, and the query as it came. No dot segments, however (often) encoded
 * or followed by parameters; no empty ones, backslashes or fragments as such: anything else would let a client
 * step out of the configured base (OWASP SSRF). No control characters either.
 * @throws AppError `invalid_request`
 */
export function upstreamPath(url: string, prefix: string): string {
  if (url.includes('#')) throw unsound()
  const end = url.indexOf('?')
  const path = end === -1 ? url : url.slice(0, end)
  if (path === prefix) return url.slice(prefix.length)
  if (!path.startsWith(`${prefix}/`)) throw unsound()
  if (plain.test(path)) return url.slice(prefix.length)
  if (/\\|\/\//.test(path) || !isUtf8(path) || climbs(path)) throw unsound()
  // Encodes what has no place in a path; of a sound one nothing else changes.
  const { pathname } = new URL(`http://upstream${path.slice(prefix.length)}`)
  return end === -1 ? pathname : pathname + url.slice(end)
}

const unsound = () =>
  new AppError('invalid_request', {
    detail: 'The URL path is not valid.',
    errors: [{ field: 'path', message: 'must be a valid URL path', code: 'wrong_format' }]
  })

/** Whether some reader of the path, decoding it once or more, would find a dot segment or a control character. */
function climbs(path: string): boolean {
  let text = path
  for (let encodings = 0; encodings <= mostEncodings; encodings += 1) {
    if (controls.test(text) || dotSegment.test(text)) return true
    const decoded = decode(text)
    if (decoded === text) return false
    text = decoded
  }
  return true
}

/** Byte by byte: what matters is ASCII, and a part that is not UTF-8 must not hide the rest. */
const decode = (text: string) =>
  text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

function isUtf8(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
