/** How the listener treats connections: for how long, what it wants of them, and what becomes of them when it closes. */

export const listening = {
  /** Longer than the 60 s after which balancers let go of a connection: only one side must close idle ones. */
  keepAliveTimeout: 72_000,
  /** A request has to arrive within 60 s (Node looks every `connectionsCheckingInterval`), so that trickling bytes cannot hold connections open for ever. */
  requestTimeout: 59_000,
  /** Refused all the same, with a body that says why (plugins/require-host.ts). */
  http: { requireHostHeader: false, connectionsCheckingInterval: 1000 },
  /** What arrives on an open connection while the listener closes is served, with `Connection: close`. */
  return503OnClosing: false,
  forceCloseConnections: 'idle'
} as const
