/** Connections through an HTTP proxy for undici, whose own ProxyAgent waits for a silent proxy without an end. */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { basicCredentials } from './proxy.ts'

/** In ms: as long as undici gives a direct connection. */
const longestOpening = 10_000

/** As undici sets it on its own connections, in ms. */
const keepAliveAfter = 60_000

/**
 * Connects through `proxy` (a URL; a user and a password in it are sent as Basic credentials).
 * @param direct makes a connection within the tunnel speak TLS
 * @param within how long the proxy may take to open a tunnel, in ms
 */
export function throughProxy(
  proxy: string,
  direct: buildConnector.connector,
  within = longestOpening
): buildConnector.connector {
  const url = new URL(proxy)
  return (options, callback) => {
    openTunnel(url, targetOf(options), within, (error, socket) => {
      if (socket === null) callback(error, null)
      else if (options.protocol === 'https:') direct({ ...options, httpSocket: socket }, callback)
      else callback(null, socket)
    })
  }
}

function targetOf({ host, hostname, protocol, port }: buildConnector.Options): string {
  // `host` is that of a URL: with a port only where it is not the scheme's own.
  return port ? (host ?? hostname) : `${host ?? hostname}:${protocol === 'https:' ? 443 : 80}`
}

type Opened = (...outcome: [error: null, socket: Socket] | [error: Error, socket: null]) => void

/** Asks for a tunnel to `host:port` (CONNECT, RFC 9110 section 9.3.6). */
function openTunnel(proxy: URL, target: string, within: number, callback: Opened): void {
  const { protocol, hostname, port, host } = proxy
  const request = protocol === 'https:' ? requestHttps : requestHttp
  const asked = request({
    method: 'CONNECT',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || (protocol === 'https:' ? 443 : 80),
    path: target,
    headers: { host: target, connection: 'keep-alive', ...basicCredentials(proxy) },
    agent: false
  })
  const giveUp = () => asked.destroy(new Error(`the proxy ${host} does not respond`))
  const late = setTimeout(giveUp, within)
  asked
    .on('error', error => {
      clearTimeout(late)
      callback(error, null)
    })
    .on('connect', ({ statusCode }, socket, head) => {
      clearTimeout(late)
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head)
        callback(null, socket.setKeepAlive(true, keepAliveAfter))
      } else {
        socket.on('error', () => {}).destroy()
        callback(new Error(`the proxy ${host} refuses CONNECT with ${statusCode}`), null)
      }
    })
    .end()
}
