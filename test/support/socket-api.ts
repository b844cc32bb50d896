/** An API with WebSockets for a test. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { type WebSocket, WebSocketServer } from 'ws'

export interface Api {
  readonly upstream: string
  readonly handshakes: IncomingMessage[]
  readonly sockets: WebSocket[]
}

/** An API that sends back what it gets; it knows the subprotocol `v2.json`. */
export async function startApi(t: Test): Promise<Api> {
  const http = createServer((_request, response) => response.end('plain'))
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: offered => (offered.has('v2.json') ? 'v2.json' : false)
  })
  const handshakes: IncomingMessage[] = []
  const sockets: WebSocket[] = []
  http.on('upgrade', (request, socket, head) => {
    handshakes.push(request)
    if (request.url?.startsWith('/refused')) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
      return
    }
    if (request.url?.startsWith('/stale') && handshakes.length === 1) {
      const challenge = 'www-authenticate: Bearer error="invalid_token"'
      socket.end(`HTTP/1.1 401 Unauthorized\r\n${challenge}\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    server.handleUpgrade(request, socket, head, one => {
      sockets.push(one)
      one.on('error', () => undefined)
      one.on('message', (data, binary) => one.send(data, { binary }))
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.teardown(() => http.close())
  t.teardown(() => {
    for (const one of sockets) one.terminate()
  })
  const { port } = http.address() as AddressInfo // a TCP server has one
  return { upstream: `http://127.0.0.1:${port}`, handshakes, sockets }
}
