/** `app.webSockets`: WebSockets through /api. Loaded only where a route takes them. */
import { type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import plugin from 'fastify-plugin'
import type { EndReason } from '../src/auth/end-reason.ts'
import { AppError } from '../src/errors.ts'
import type { CallOptions } from '../src/http/proxy/call-options.ts'
import { closeCodes, openWebSocket, type WebSocketRoute } from '../src/http/proxy/web-socket.ts'
import { noteUpgrade } from '../src/http/upgrades.ts'

declare module 'fastify' {
  interface FastifyInstance {
    webSockets: {
      /** Opens a socket for a request that wants one; it ends with its session and with the instance. Never throws. */
      open(route: WebSocketRoute, reply: FastifyReply, call: CallOptions): void
    }
  }
}

/** Of one user at one instance. */
const mostSockets = 20

/** The instance stops, or the browser has a new cookie: connect again. */
const goingAway = 1001
const serviceRestart = 1012

export default plugin(
  async app => {
    const counts = new Map<string, number>()

    function count(user: string, change: 1 | -1): void {
      const sockets = (counts.get(user) ?? 0) + change
      if (sockets > mostSockets) {
        throw new AppError('rate_limited', { reason: 'web_sockets', retryAfterSeconds: 30 })
      }
      if (sockets > 0) counts.set(user, sockets)
      else counts.delete(user)
    }

    // Node gives away the connection of every request with `Upgrade`. It goes the way of all others, with their hooks.
    app.server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => undefined)
      const response = new ServerResponse(request)
      // A request before it on the connection has no response yet: then there is no way to respond to this one.
      if (!(socket instanceof Socket) || !assign(response, socket)) return socket.destroy()
      response.shouldKeepAlive = false
      response.on('finish', () => socket.destroySoon())
      if (isWebSocket(request)) noteUpgrade(request, { socket, head })
      // Another protocol is not changed to (RFC 9110 section 7.8); but the body of such a request is lost.
      else if (hasBody(request.headers)) return refuseBody(response)
      app.routing(request, response)
    })

    app.decorate('webSockets', {
      open(route: WebSocketRoute, reply: FastifyReply, call: CallOptions) {
        const { user, watch } = call
        const onOpen = (close: (code: number, reason: string) => void) => {
          const stopWatching = watch?.((reason: EndReason | 'renewed') => {
            if (reason === 'renewed') close(serviceRestart, reason)
            else close(closeCodes.sessionEnded, reason)
          })
          const stopDraining = app.drain.whenClosing(() => close(goingAway, ''))
          return () => {
            stopWatching?.()
            stopDraining()
            count(user, -1)
          }
        }
        let isOpen = false
        try {
          count(user, 1)
        } catch (error) {
          reply.send(error)
          return
        }
        openWebSocket(route, reply, call, close => {
          isOpen = true
          return onOpen(close)
        })
          .catch((error: unknown) => reply.send(error))
          .finally(() => isOpen || count(user, -1))
      }
    })
  },
  { name: 'web-sockets', dependencies: ['drain'] }
)

function assign(response: ServerResponse, socket: Socket): boolean {
  try {
    response.assignSocket(socket)
    return true
  } catch {
    return false
  }
}

const isWebSocket = ({ method, headers }: IncomingMessage) =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'

const hasBody = (headers: Readonly<Record<string, unknown>>) =>
  'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0

/** 501: the service does not know a way to upgrade with a body (RFC 9110 section 15.6.2). */
function refuseBody(response: ServerResponse): void {
  response.writeHead(501, { connection: 'close' }).end()
}
