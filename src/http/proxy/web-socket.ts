/** A WebSocket through /api: the browser's, one to the API, and the messages between them. */
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { proxyAgent } from '../../egress/agent.ts'
import { AppError } from '../../errors.ts'
import { upgradeOf } from '../upgrades.ts'
import type { CallOptions } from './call-options.ts'
import { refusesToken, upstreamHeaders } from './headers.ts'
import type { ProxyRoute } from './upstream.ts'

/** The largest message, in bytes; a larger one closes the socket with 1009 (RFC 6455 section 7.4.1). */
const longestMessage = 1024 * 1024

/** Messages are read no further while this many bytes wait for the other side. */
const mostWaiting = 1024 * 1024

/** Peers are pinged this often, in ms; one that has not responded by the next ping has gone. */
const pingEvery = 30_000

/** How long a socket may carry no message, in ms. */
const longestSilence = 15 * 60_000

/** How long a peer may take to respond to a close, in ms. */
const closeTimeout = 2_000

/** Close codes besides those of RFC 6455: the session has ended; no message came for long. */
export const closeCodes = { sessionEnded: 4401, idle: 4408 } as const

const { CLOSED, CONNECTING } = WebSocket

/** Where a route is reached, and how: see `ApiRoute`. */
export interface WebSocketRoute extends ProxyRoute {
  readonly proxy: string | undefined
}

/** Chosen by the API for the request of the browser. */
const protocols = new WeakMap<object, string>()

const server = new WebSocketServer({
  noServer: true,
  maxPayload: longestMessage,
  perMessageDeflate: false,
  handleProtocols: (_offered, request) => protocols.get(request) || false
})

/**
 * Opens a socket to the API and, once that is open, the browser's.
 * @param onOpen called with what closes both, by a code and a reason. Returns what is to be called when they are closed.
 * @throws AppError `upstream_error` where the API accepts no socket; `invalid_request` for a handshake that is wrong
 */
export async function openWebSocket(
  route: WebSocketRoute,
  reply: FastifyReply,
  options: Pick<CallOptions, 'path' | 'token' | 'replaceToken'>,
  onOpen: (close: (code: number, reason: string) => void) => () => void
): Promise<void> {
  const { raw } = reply.request
  const upgrade = upgradeOf(raw)
  if (!upgrade) throw new AppError('internal_error', { reason: 'no_upgrade' })
  refuseHandshake(raw.headers)
  const api = await connectOnce(route, reply, options)
  protocols.set(raw, api.protocol)
  reply.hijack()
  let isJoined = false
  server.handleUpgrade(raw, upgrade.socket, upgrade.head, browser => {
    isJoined = true
    const onClosed = onOpen((code, reason) => closeBoth(browser, api, code, reason))
    join(browser, api, onClosed)
  })
  // The browser has gone, or its handshake was wrong: the library has responded.
  if (!isJoined) api.terminate()
}

/** What the library would refuse only after the API has accepted. @throws AppError `invalid_request` */
function refuseHandshake(headers: IncomingHttpHeaders): void {
  const isKey = /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')
  if (isKey && headers['sec-websocket-version'] === '13') return
  throw new AppError('invalid_request', {
    detail: 'This is no WebSocket handshake of version 13 (RFC 6455).',
    reason: 'web_socket_handshake'
  })
}

/** As `connect`, and once more with another token where the API refuses the first one (RFC 6750 section 3.1). */
async function connectOnce(
  route: WebSocketRoute,
  reply: FastifyReply,
  { path, token, replaceToken }: Pick<CallOptions, 'path' | 'token' | 'replaceToken'>
): Promise<WebSocket> {
  try {
    return await connect(route, reply, { path, token })
  } catch (error) {
    const isRefused = error instanceof AppError && error.reason === tokenRefused
    const other = isRefused && token !== undefined ? await replaceToken?.(token) : undefined
    if (other === undefined || other === token) throw error
    return connect(route, reply, { path, token: other })
  }
}

const tokenRefused = 'web_socket_token_refused'

/** Resolves to a socket that is open, and paused until the browser's is. */
function connect(
  { upstream, basePath, prefix, publicOrigin: origin, timeout, proxy }: WebSocketRoute,
  { request }: FastifyReply,
  { path, token }: Pick<CallOptions, 'path' | 'token'>
): Promise<WebSocket> {
  const { ip, id: requestId, headers } = request
  const sent = upstreamHeaders(headers, { token, ip, requestId, origin, prefix })
  const scheme = upstream.protocol === 'https:' ? 'wss' : 'ws'
  const address = `${scheme}://${upstream.host}${basePath}${path}`
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim())
  return new Promise((resolve, reject) => {
    const socket = createSocket(address, offered.filter(Boolean), {
      headers: pairs(sent),
      handshakeTimeout: timeout,
      maxPayload: longestMessage,
      perMessageDeflate: false,
      ...(proxy !== undefined && { agent: proxyAgent(proxy, {}) })
    })
    const refuse = (reason: string, cause?: Error) =>
      reject(new AppError('upstream_error', { reason, ...(cause && { cause }) }))
    socket.on('error', error => refuse('web_socket_failed', error))
    socket.on('unexpected-response', (call, { statusCode, headers: answer }) => {
      call.destroy()
      refuse(refusesToken(answer) ? tokenRefused : `web_socket_refused_${statusCode}`)
    })
    socket.on('open', () => {
      socket.pause()
      resolve(socket)
    })
  })
}

function createSocket(...given: ConstructorParameters<typeof WebSocket>): WebSocket {
  try {
    return new WebSocket(...given)
  } catch (cause) {
    // What it checks by itself are the protocols: all else is ours.
    const message = 'must be a list of subprotocols'
    const field = { field: 'Sec-WebSocket-Protocol', message, code: 'wrong_format' } as const
    throw new AppError('invalid_request', { errors: [field], cause })
  }
}

function pairs(list: readonly string[]): Record<string, string> {
  const names = list.filter((_, i) => i % 2 === 0)
  return Object.fromEntries(names.map((name, i) => [name, list[2 * i + 1] ?? '']))
}

/** Passes messages on in both directions until one side closes, which then closes the other. */
function join(browser: WebSocket, api: WebSocket, onClosed: () => void): void {
  let messageAt = performance.now()
  const responsive = new Set([browser, api])
  const timer = setInterval(() => {
    if (performance.now() - messageAt > longestSilence) {
      closeBoth(browser, api, closeCodes.idle, 'no message for long')
    }
    for (const socket of [browser, api]) {
      // A paused socket reads no pong: it waits for the other side, which is pinged as well.
      if (socket.isPaused) continue
      if (!responsive.delete(socket)) socket.terminate()
      else if (socket.readyState === WebSocket.OPEN) socket.ping()
    }
  }, pingEvery).unref()
  const relay = (from: WebSocket, to: WebSocket) => {
    from.on('pong', () => responsive.add(from))
    from.on('message', (data, isBinary) => {
      messageAt = performance.now()
      responsive.add(from)
      pass(data, isBinary, from, to)
    })
    // What is wrong with a message is in the code of the close that follows.
    from.on('error', () => undefined)
    from.on('close', (code, reason) => closeSocket(to, sendable(code), reason.toString()))
  }
  relay(browser, api)
  relay(api, browser)
  let left = 2
  for (const socket of [browser, api]) {
    socket.on('close', () => {
      left -= 1
      if (left > 0) return
      clearInterval(timer)
      onClosed()
    })
  }
  api.resume()
}

function pass(data: RawData, binary: boolean, from: WebSocket, to: WebSocket): void {
  if (to.readyState !== WebSocket.OPEN) return
  to.send(data, { binary }, () => {
    if (from.isPaused && to.bufferedAmount < mostWaiting / 2) from.resume()
  })
  if (to.bufferedAmount > mostWaiting) from.pause()
}

/** Codes that say how a connection ended, and are never sent (RFC 6455 section 7.4.1). */
function sendable(code: number): number {
  if (code === 1005) return 1000
  // Ours: an API must not say that the session has ended.
  const isOurs = code === closeCodes.sessionEnded || code === closeCodes.idle
  return isOurs || code === 1006 || code === 1015 ? 1011 : code
}

function closeBoth(browser: WebSocket, api: WebSocket, code: number, reason: string): void {
  closeSocket(browser, code, reason)
  closeSocket(api, 1001, '')
}

function closeSocket(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState === CLOSED) return
  if (socket.readyState === CONNECTING) {
    socket.terminate()
    return
  }
  // A paused socket would not see the peer's response.
  socket.resume()
  socket.close(code, reason)
  setTimeout(() => socket.terminate(), closeTimeout).unref()
}
