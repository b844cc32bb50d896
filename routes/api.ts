/** ANY /api/*: the team's own APIs, called with the user's token. */
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SessionWatcher } from '../src/auth/end-reason.ts'
import type { Authenticated } from '../src/auth/session.ts'
import type { ApiRoute } from '../src/config/api.ts'
import { AppError } from '../src/errors.ts'
import { summaryOf } from '../src/http/openapi/operation.ts'
import { UpstreamCall } from '../src/http/proxy/call.ts'
import type { CallOptions } from '../src/http/proxy/call-options.ts'
import { routePaths } from '../src/http/proxy/narrower-route.ts'
import { upstreamPath } from '../src/http/proxy/upstream.ts'
import type { Routes } from '../src/http/schemas.ts'
import { upgradeOf } from '../src/http/upgrades.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

interface Options {
  /** Those that this scope serves. */
  readonly routes: readonly ApiRoute[]
  /** Paths of all routes. */
  readonly paths: readonly string[]
}

const api: Routes<Options> = async (app, { routes, paths }) => {
  const known = routePaths(paths)
  // Bodies are passed on as they arrive: neither parsed nor held in memory.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

  for (const route of routes) {
    const proxy = app.upstreams.routeTo(route)
    const begin = (reply: FastifyReply, call: CallOptions) => {
      if (!upgradeOf(reply.request.raw)) new UpstreamCall(proxy, reply, call).begin()
      else if (route.webSocket) {
        app.webSockets.open({ ...proxy, proxy: route.proxy }, reply, call)
      } else reply.send(noWebSocket())
    }
    // Not async: Fastify would watch the reply for its end, which is no news to anybody.
    const handler = (request: FastifyRequest, reply: FastifyReply) => {
      const path = upstreamPath(request.url, route.path)
      known.refuseOthers(request.url, route.path)
      const session = app.sessions.signedIn(request)
      if (!session) {
        const user = `anonymous ${request.ip}`
        begin(reply, { path, token: undefined, user, watch: undefined })
        return
      }
      refuseUnfit(request, route)
      if (route.session === 'optional') slide(app, session, request)
      const { sub: user } = session.data.user
      const watch = (onEnd: SessionWatcher['onEnd']) => app.store.watch(session, { onEnd })
      if (route.token === 'none') {
        begin(reply, { path, token: undefined, user, watch })
        return
      }
      const { get, replace } = tokensOf(route.token, reply)
      get()
        .then(token => begin(reply, { path, token, replaceToken: replace, user, watch }))
        .catch((error: unknown) => reply.send(error))
    }
    const schema = { ...described(route) }
    for (const url of urlsOf(route)) {
      app.route({
        method: methods,
        url,
        // For the document alone: what is streamed through is neither checked nor serialised here.
        config: {
          readableWithoutHeader: true,
          withoutSession: route.session === 'none',
          ...(url.endsWith('*') && {
            swaggerTransform: () => ({
              schema: { ...schema, body: Type.Unknown() },
              url: url.replace('*', ':path')
            })
          })
        },
        handler
      })
    }
  }
}

/** How a call gets the token that its route sends, and another one where the API refuses that. */
function tokensOf(kind: 'access' | 'id', reply: FastifyReply) {
  if (kind === 'access') {
    return {
      get: () => reply.accessToken(),
      replace: (refused: string) => reply.replaceAccessToken(refused)
    }
  }
  return {
    get: () => reply.idToken(),
    replace: (refused: string) => reply.replaceIdToken(refused)
  }
}

/** The API's own root as well, where that is not /api. */
const urlsOf = ({ path }: ApiRoute) => (path === '/api' ? ['/api/*'] : [path, `${path}/*`])

const noWebSocket = () =>
  new AppError('invalid_request', {
    detail: 'This API route takes no WebSocket: `webSocket` is not set in API_ROUTES.',
    reason: 'no_web_socket'
  })

/** As for calls that need a session, but a failure does not fail the call. */
function slide(app: FastifyInstance, session: Authenticated, { log }: FastifyRequest): void {
  app.store.touch(session).catch((err: unknown) => log.warn({ err }, 'idle timer not slid'))
}

/** @throws AppError `forbidden`, `reauthentication_required` */
function refuseUnfit(request: FastifyRequest, { groups, maxAgeSeconds }: ApiRoute): void {
  const { user, authenticatedAt } = request.signedIn().data
  if (groups.length > 0 && !groups.some(group => user.groups.includes(group))) {
    throw new AppError('forbidden', { reason: 'api_group' })
  }
  if (maxAgeSeconds !== undefined && Date.now() - authenticatedAt > maxAgeSeconds * 1000) {
    throw new AppError('reauthentication_required')
  }
}

const described = (route: ApiRoute) => ({
  ...summaryOf(route),
  tags: ['API'],
  consumes: ['*/*'],
  produces: ['*/*'],
  params: Type.Object({ path: Type.String({ description: 'the path at the API' }) }),
  response: {
    200: Type.Unknown({ description: "The API's response." }),
    default: Type.Unknown({ description: 'Any other status that the API returns.' })
  }
})

export default api
