/** The API behind this service: where it is, the connections to it, and who may use them. */
import { Admission, type Limits } from './admission.ts'
import type { Answer } from './answer.ts'
import type { UpstreamCall } from './call.ts'
import { type Connections, connect } from './connections.ts'
import { Deadline } from './deadline.ts'
import type { Route } from './locations.ts'

export interface Upstream {
  readonly connections: Connections
  readonly admission: Admission
  /** Answers of which the browser has taken all it wants to for now. */
  readonly stalled: Deadline<Answer>
  /** Calls that have just begun: most are over before it is worth watching over their session. */
  readonly young: Deadline<UpstreamCall>
  readonly route: Route
  /** The largest body of a request, in bytes. Undefined: any. */
  readonly bodyLimit: number | undefined
}

export interface UpstreamOptions extends Limits {
  /** The path of this service below which the API is, without a slash at its end. */
  readonly prefix: string
  /** Base URL of the API, its path included. */
  readonly url: string
  readonly publicOrigin: string
  readonly bodyLimit?: number
  /** How long a browser may take nothing of an answer, in ms. */
  readonly longestStall: number
  /** URL of the proxy that the API is reached by. */
  readonly proxy?: string
}

/** In ms. Ordinary calls cost no watching, and one that is nearly over is not cut off by a logout beside it. */
const youngFor = 1000

export function createUpstream(options: UpstreamOptions): Upstream {
  const url = new URL(options.url)
  return {
    connections: connect(url.origin, options.connections, options.proxy),
    admission: new Admission(options),
    stalled: new Deadline(options.longestStall, answer => answer.giveUp()),
    bodyLimit: options.bodyLimit,
    young: new Deadline(youngFor, call => call.watchSession()),
    route: {
      prefix: options.prefix,
      upstream: url,
      basePath: url.pathname.replace(/\/+$/, ''),
      publicOrigin: new URL(options.publicOrigin)
    }
  }
}
