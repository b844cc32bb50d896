/** The API behind this service: where it is, and the connections to it. */
import { Pool } from 'undici'

export interface Upstream {
  readonly connections: Pool
  /** Before every path, without a slash at its end. */
  readonly basePath: string
  /** Our own origin, as the API is told. */
  readonly publicOrigin: Pick<URL, 'protocol' | 'host'>
}

/** @param url base URL of the API, its path included */
export function createUpstream(url: string, publicOrigin: string): Upstream {
  const { origin, pathname } = new URL(url)
  const { protocol, host } = new URL(publicOrigin)
  const connections = new Pool(origin, {
    connections: 128,
    pipelining: 1,
    headersTimeout: 30_000,
    bodyTimeout: 60_000,
    // It is the default; whoever stands in the way would get the access token.
    connect: { rejectUnauthorized: true }
  })
  return { connections, basePath: pathname.replace(/\/+$/, ''), publicOrigin: { protocol, host } }
}
