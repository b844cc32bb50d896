/** T-18: tunnels to the API through a proxy that does not open them. */
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Test, test } from 'tap'
import { buildConnector } from 'undici'
import { throughProxy } from '../../src/egress/tunnel.ts'
import { startService } from '../support/service.ts'

/** URL of a proxy that does `handle` when it is asked for a tunnel. */
async function startProxy(t: Test, handle: (socket: Socket) => void) {
  const sockets: Socket[] = []
  const server = createServer().on('connect', (_request, socket: Socket) => {
    sockets.push(socket.on('error', () => undefined))
    handle(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo // a TCP server has one
  return `http://user:secret@127.0.0.1:${port}`
}

const target = { hostname: 'api.internal', host: 'api.internal', protocol: 'http:', port: '' }

test('T-18 a proxy that does not respond is not waited for without an end', async t => {
  const proxy = await startProxy(t, () => undefined)
  const connect = throughProxy(proxy, buildConnector({}), 50)
  const error = await new Promise<Error | null>(resolve =>
    connect(target, (...[failure]) => resolve(failure))
  )
  t.match(error?.message, /^the proxy 127\.0\.0\.1:\d+ does not respond$/)
})

test('T-18 a proxy that refuses a tunnel is named in the log, without its password', async t => {
  const proxy = await startProxy(t, socket => {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
  })
  const { browser, logs } = await startService(t, {
    env: {
      API_UPSTREAM: 'http://api.internal',
      API_PROXY: 'on',
      HTTP_PROXY: proxy,
      NO_PROXY: '127.0.0.1'
    }
  })
  const one = browser()
  await one.login()
  t.match(await one.get('/api/x'), { status: 502, json: { code: 'upstream_error' } })
  const log = logs.join('')
  t.match(log, /the proxy 127\.0\.0\.1:\d+ refuses CONNECT with 407/)
  t.notMatch(log, /secret|dXNlcjpzZWNyZXQ/)
})
