/** The API behind this service: where it is, the connections to it, and who may use them. */

import { Deadline } from '../upstream/deadline.ts'
import type { Route } from '../upstream/locations.ts'
import { Admission, type Limits } from './admission.ts'
import type { Answer } from './answer.ts'
import type { UpstreamCall } from './call.ts'
import { type Connections, connect } from './connections.ts'

/** One host of APIs. */
export interface Upstream {
  readonly connections: Connections
  readonly admission: Admission
  /** Answers of which the browser has taken all it wants to for now. */
  readonly stalled: Deadline<Answer>
  /** Calls that have just begun: most are over before it is worth watching over their session. */
  readonly young: Deadline<UpstreamCall>
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

/** In ms. Ordinary calls cost no watching, and one that is nearly over is not cut off by a logout beside it. */
const youngFor = 1000

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
    stalled: new Deadline(options.longestStall, answer => answer.giveUp()),
    young: new Deadline(youngFor, call => call.watchSession())
  }
}
