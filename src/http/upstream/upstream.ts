/** The API behind this service: where it is, the connections to it, and who may use them. */
import { Pool } from 'undici'
import { Admission, type Limits } from './admission.ts'
import type { Answer } from './answer.ts'
import type { UpstreamCall } from './call.ts'
import { Deadline } from './deadline.ts'

export interface Upstream {
  readonly connections: Pool
  readonly admission: Admission
  /** Answers of which the browser has taken all it wants to for now. */
  readonly stalled: Deadline<Answer>
  /** Calls that have just begun: most are over before it is worth watching over their session. */
  readonly young: Deadline<UpstreamCall>
  /** Before every path, without a slash at its end. */
  readonly basePath: string
  /** Our own origin, as the API is told. */
  readonly publicOrigin: Pick<URL, 'protocol' | 'host'>
}

export interface UpstreamOptions extends Limits {
  /** Base URL of the API, its path included. */
  readonly url: string
  readonly publicOrigin: string
  /** How long a browser may take nothing of an answer, in ms. */
  readonly longestStall: number
}

/** In ms. Ordinary calls cost no watching, and one that is nearly over is not cut off by a logout beside it. */
const youngFor = 1000

export function createUpstream(options: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(options.url)
  const { protocol, host } = new URL(options.publicOrigin)
  const connections = new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    headersTimeout: 30_000,
    // Does not run while an answer is held back, because the browser is slow or gone: that is `stalled`.
    bodyTimeout: 60_000,
    // It is the default; whoever stands in the way would get the access token.
    connect: { rejectUnauthorized: true }
  })
  return {
    connections,
    admission: new Admission(options),
    stalled: new Deadline(options.longestStall, answer => answer.giveUp()),
    young: new Deadline(youngFor, call => call.watchSession()),
    basePath: pathname.replace(/\/+$/, ''),
    publicOrigin: { protocol, host }
  }
}
