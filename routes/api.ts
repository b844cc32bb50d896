/** ANY /api/*: the team's own API, called with the user's access token. */
import replyFrom from '@fastify/reply-from'
import { Type } from '@sinclair/typebox'
import { AppError } from '../src/errors.ts'
import type { Routes } from '../src/http/typebox.ts'
import { returnedHeaders, upstreamHeaders, upstreamPath } from '../src/http/upstream.ts'

export interface ApiOptions {
  /** Base URL of the API, its path included; `/api/x` goes to `{upstream}/x`. */
  upstream: string
  publicOrigin: string
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

const schema = {
  operationId: 'callApi',
  tags: ['API'],
  summary: "Call the team's API",
  description:
    "Goes to the configured upstream with the user's access token; the path below `/api`, the query and the body travel as they are, the cookie does not. Errors with a `code` of this service are its own, whatever else comes is the API's answer.",
  produces: ['*/*'],
  params: Type.Object({ path: Type.String({ description: 'the path at the API' }) }),
  response: {
    200: Type.Unknown({ description: "The API's answer." }),
    default: Type.Unknown({ description: 'Any other status that the API answers.' })
  }
}

const api: Routes<ApiOptions> = async (app, { upstream, publicOrigin }) => {
  const base = new URL(upstream)
  const basePath = base.pathname.replace(/\/+$/, '')
  const origin = new URL(publicOrigin)
  await app.register(replyFrom, {
    base: base.href,
    disableRequestLogging: true,
    undici: { connections: 128, pipelining: 1, headersTimeout: 30_000, bodyTimeout: 60_000 }
  })
  // Bodies are passed on as they arrive: neither parsed nor held in memory.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload))

  app.route({
    method: methods,
    url: '/api/*',
    // For the document alone: what is streamed through is neither checked nor serialised here.
    config: {
      swaggerTransform: () => ({ schema: { ...schema, body: Type.Unknown() }, url: '/api/:path' })
    },
    handler: async (request, reply) => {
      const path = upstreamPath(request.url, '/api')
      const accessToken = await reply.withAccessToken(async token => token)
      const caller = { accessToken, ip: request.ip, requestId: request.id, origin }
      return reply.from(basePath + path, {
        rewriteRequestHeaders: (_request, headers) => upstreamHeaders(headers, caller),
        rewriteHeaders: headers => returnedHeaders(headers),
        // The library retries a 503 up to ten times of its own accord; whether to is the API's caller's choice.
        retryDelay: () => null,
        onError: (failed, { error }) => {
          failed.send(new AppError('upstream_error', { reason: error.message, cause: error }))
        }
      })
    }
  })
}

export default api
