/** `app.webSockets`: WebSockets through /api. Loaded only where a route takes them. */
import { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import plugin from 'fastify-plugin'
import type { EndReason } from '../src/auth/end-reason.ts'
import { AppError } from '../src/errors.ts'
import type { CallOptions } from '../src/http/proxy/call.ts'
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

    // Such a request goes the way of all others, with their hooks; what refuses it responds as ever.
    app.server.on('upgrade', (request, socket, head) => {
      if (!(socket instanceof Socket)) return socket.destroy()
      socket.on('error', () => undefined)
      const response = new ServerResponse(request)
      response.shouldKeepAlive = false
      response.assignSocket(socket)
      response.on('finish', () => socket.end())
      if (request.method === 'GET') noteUpgrade(request, { socket, head })
      // Its body cannot be read any more: Node has given the connection away.
      else if (hasBody(request.headers)) return refuseBody(response)
      app.routing(request, response)
    })

    app.decorate('webSockets', {
      open(route: WebSocketRoute, reply: FastifyReply, { path, token, user, watch }: CallOptions) {
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
        openWebSocket(route, reply, { path, token }, close => {
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

const hasBody = (headers: Readonly<Record<string, unknown>>) =>
  'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0

/** 501: the service does not know a way to upgrade with a body (RFC 9110 section 15.6.2). */
function refuseBody(response: ServerResponse): void {
  response.writeHead(501, { connection: 'close' }).end()
}
