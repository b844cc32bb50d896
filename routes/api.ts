/** ANY /api/*: the team's own API, called with the user's access token. */
import { Type } from '@sinclair/typebox'
import type { Routes } from '../src/http/typebox.ts'
import { UpstreamCall } from '../src/http/upstream/call.ts'
import { upstreamPath } from '../src/http/upstream/path.ts'
import { createUpstream, type UpstreamOptions } from '../src/http/upstream/upstream.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const schema = {
  operationId: 'callApi',
  tags: ['API'],
  summary: "Call the team's API",
  description:
    "Goes to the configured upstream with the user's access token; the path below `/api`, the query and the body travel as they are, the cookie does not. Calls of one user beyond those that may run at once wait for their turn, up to 5 seconds. Errors with a `code` of this service are its own, whatever else comes is the API's answer.",
  consumes: ['*/*'],
  produces: ['*/*'],
  params: Type.Object({ path: Type.String({ description: 'the path at the API' }) }),
  response: {
    200: Type.Unknown({ description: "The API's answer." }),
    default: Type.Unknown({ description: 'Any other status that the API answers.' })
  }
}

const prefix = '/api'

const api: Routes<Omit<UpstreamOptions, 'prefix'>> = async (app, options) => {
  const upstream = createUpstream({ ...options, prefix })
  // Runs when the listener is closed and every request over.
  app.addHook('onClose', () => upstream.connections.destroy())
  // Bodies are passed on as they arrive: neither parsed nor held in memory.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

  app.route({
    method: methods,
    url: `${prefix}/*`,
    // For the document alone: what is streamed through is neither checked nor serialised here.
    config: {
      readableWithoutHeader: true,
      swaggerTransform: () => ({ schema: { ...schema, body: Type.Unknown() }, url: '/api/:path' })
    },
    // Not async: Fastify would watch the reply for its end, which is no news to anybody.
    handler: (request, reply) => {
      const path = upstreamPath(request.url, prefix)
      const session = request.signedIn()
      const { sub: user } = session.data.user
      const watch = (onEnd: () => void) => app.store.watch(session, onEnd)
      reply
        .accessToken()
        .then(accessToken => {
          new UpstreamCall(upstream, reply, { path, accessToken, user, watch }).begin()
        })
        .catch((error: unknown) => reply.send(error))
    }
  })
}

export default api
