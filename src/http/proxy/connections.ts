/** Connections to the API: straight to it, or by a proxy. */
import { type Dispatcher, Pool, ProxyAgent } from 'undici'
import { apiConnector } from '../upstream/connector.ts'

/** The part of undici that calls need: paths are those of one origin. */
export interface Connections {
  dispatch(
    options: Omit<Dispatcher.DispatchOptions, 'origin'>,
    handler: Dispatcher.DispatchHandler
  ): boolean
  destroy(): Promise<void>
}

/** @param proxy URL of the proxy, with its user and password where it wants them */
export function connect(origin: string, connections: number, proxy?: string): Connections {
  const settings = {
    connections,
    pipelining: 1,
    headersTimeout: 30_000,
    // Does not run while an answer is held back, because the browser is slow or gone: that is `stalled`.
    bodyTimeout: 60_000
  }
  if (proxy === undefined) return new Pool(origin, { ...settings, connect: apiConnector() })
  // It is the default; a machine in the middle would get the access token.
  const tls = { rejectUnauthorized: true }
  const agent = new ProxyAgent({ uri: proxy, ...settings, requestTls: tls })
  return {
    dispatch: (options, handler) => agent.dispatch({ ...options, origin }, handler),
    destroy: () => agent.destroy()
  }
}
