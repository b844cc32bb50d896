/** A listener for scrapers alone, so that no mistake in a route or a proxy shows metrics to the public. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface MetricsListener {
  readonly port: number
  close(): Promise<void>
}

/** What there is to be scraped. */
export interface Scraped {
  readonly contentType: string
  render(): Promise<string>
}

/**
 * Serves `GET /metrics` and nothing else.
 * @throws the error of the listener, for instance where the port is taken
 */
export async function listenForScrapers(
  scraped: Scraped,
  address: { readonly host: string; readonly port: number }
): Promise<MetricsListener> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    try {
      const text = await scraped.render()
      response.writeHead(200, { 'content-type': scraped.contentType }).end(text)
    } catch {
      response.writeHead(500).end()
    }
  })
  server.listen(address)
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
