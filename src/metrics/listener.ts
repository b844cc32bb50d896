/** A separate listener for Prometheus, so that no mistake in a route or a proxy exposes the metrics. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface MetricsListener {
  readonly port: number
  close(): Promise<void>
}

/** The source of the metrics, in the text format of Prometheus. */
export interface MetricsSource {
  readonly contentType: string
  render(): Promise<string>
}

/**
 * Serves `GET /metrics` and nothing else.
 * @throws the error of the listener, for example where the port is in use
 */
export async function startMetricsListener(
  metrics: MetricsSource,
  listenOn: { readonly host: string; readonly port: number }
): Promise<MetricsListener> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    try {
      const text = await metrics.render()
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text)
    } catch {
      response.writeHead(500).end()
    }
  })
  server.listen(listenOn)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // a TCP listener has one
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    }
  }
}
