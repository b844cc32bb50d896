/** A small HTTP proxy for tests: tunnels by CONNECT to this machine, refuses all else, and notes who was asked for. */
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Test } from 'tap'

export interface ConnectProxy {
  readonly url: string
  /** `host:port` of every tunnel that was asked for. */
  readonly targets: string[]
  /** Headers `Proxy-Authorization` that came. */
  readonly credentials: string[]
}

/** With `tls` the way to the proxy itself is https. */
export async function startConnectProxy(t: Test, tls?: ServerOptions): Promise<ConnectProxy> {
  const targets: string[] = []
  const credentials: string[] = []
  const sockets: Duplex[] = []
  const refuse: RequestListener = (_request, response) => response.writeHead(405).end()
  const server = tls ? createTlsServer(tls, refuse) : createServer(refuse)
  server.on('connect', (request, socket, head) => {
    const target = request.url ?? ''
    targets.push(target)
    const credential = request.headers['proxy-authorization']
    if (credential !== undefined) credentials.push(credential)
    sockets.push(socket.on('error', () => undefined))
    if (!/^(127\.0\.0\.1|localhost):/.test(target)) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const upstream = connect(Number(target.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      socket.pipe(upstream).pipe(socket)
    })
    sockets.push(upstream.on('error', () => socket.destroy()))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close().closeAllConnections()
    // Tunnels are no connections of the server any more.
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo // a TCP server has one
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, targets, credentials }
}
