/** ANY /api/*: the team's own API, called with the user's access token. */
import replyFrom from '@fastify/reply-from'
import { AppError } from '../src/errors.ts'
import type { Routes } from '../src/http/typebox.ts'
import { returnedHeaders, upstreamHeaders, upstreamPath } from '../src/http/upstream.ts'

export interface ApiOptions {
  /** Base URL of the API, its path included; `/api/x` goes to `{upstream}/x`. */
  upstream: string
  publicOrigin: string
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

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
