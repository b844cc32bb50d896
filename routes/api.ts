/** ANY /api/*: the team's own API, called with the user's access token. */
import type { Readable } from 'node:stream'
import replyFrom from '@fastify/reply-from'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../src/errors.ts'
import type { Routes } from '../src/http/typebox.ts'
import {
  refusesToken,
  returnedHeaders,
  upstreamHeaders,
  upstreamPath
} from '../src/http/upstream.ts'

export interface ApiOptions {
  /** Base URL of the API, its path included; `/api/x` goes to `{upstream}/x`. */
  upstream: string
  publicOrigin: string
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

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
    undici: {
      connections: 128,
      pipelining: 1,
      headersTimeout: 30_000,
      bodyTimeout: 60_000,
      // The library's own default is false: whoever stands in the way would get the access token.
      connect: { rejectUnauthorized: true }
    }
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
    // Not async: Fastify would watch the reply for its end, to learn what onResponse below knows anyway.
    handler: (request, reply) => {
      const path = basePath + upstreamPath(request.url, '/api')
      reply
        .accessToken()
        .then(accessToken => forward(request, reply, { path, accessToken, origin, isLast: false }))
        .catch((error: unknown) => reply.send(error))
    }
  })
}

interface Forwarded {
  readonly path: string
  readonly accessToken: string
  readonly origin: URL
  /** Whatever the API answers to this goes to the browser. */
  readonly isLast: boolean
}

function forward(request: FastifyRequest, reply: FastifyReply, call: Forwarded): FastifyReply {
  const { accessToken, origin } = call
  const caller = { accessToken, ip: request.ip, requestId: request.id, origin }
  let isRefusal = false
  return reply.from(call.path, {
    rewriteRequestHeaders: (_request, headers) => upstreamHeaders(headers, caller),
    rewriteHeaders: headers => {
      isRefusal = refusesToken(headers)
      return returnedHeaders(headers)
    },
    // The library retries a 503 up to ten times of its own accord; whether to is the API's caller's choice.
    retryDelay: () => null,
    onError: (failed, { error }) => {
      failed.send(new AppError('upstream_error', { reason: error.message, cause: error }))
    },
    onResponse: (_request, _reply, { stream }) => {
      if (isRefusal && !call.isLast) void again(request, reply, call, stream)
      else sendOn(reply, stream)
    }
  })
}

/**
 * Sends a body on as it arrives; in one piece where all of it is there, as with most answers of an API: two
 * pipes of events less, and one write instead of three chunks, are 25 us of 150.
 */
function sendOn(reply: FastifyReply, body: Readable): void {
  // Fastify would call a body of no type octets if it came in one piece.
  if (!reply.hasHeader('content-type')) return void reply.send(body)
  // It may break while nobody listens; whoever sends it on then notices.
  body.on('error', () => undefined)
  // The head is handed over before the parser has gone on; a tick later a small body has arrived.
  process.nextTick(() => {
    const start: unknown = body.read()
    // A stream that has been read to its end says so in the next tick.
    process.nextTick(() => {
      if (body.readableEnded) return void reply.send(start ?? undefined)
      if (start !== null) body.unshift(start)
      reply.send(body)
    })
  })
}

/**
 * The API says that the token is no good (any more), though by our clock it is: a clock is wrong, or the
 * user was signed out at Cognito. A refresh tells. What had no body is then sent once more.
 */
async function again(
  request: FastifyRequest,
  reply: FastifyReply,
  call: Forwarded,
  refusal: Readable
): Promise<void> {
  // It may break while it waits; whoever sends it on then notices.
  refusal.on('error', () => undefined)
  try {
    const accessToken = await reply.replaceAccessToken(call.accessToken)
    const isRepeatable = request.method === 'GET' || request.method === 'HEAD'
    if (accessToken === call.accessToken || !isRepeatable) return sendOn(reply, refusal)
    withdraw(reply, refusal)
    forward(request, reply, { ...call, accessToken, isLast: true })
  } catch (error) {
    withdraw(reply, refusal).send(error)
  }
}

/** Takes back what the refusal has put into the reply. */
function withdraw(reply: FastifyReply, refusal: Readable): FastifyReply {
  // Read to its end: the connection can be used again.
  refusal.resume()
  for (const name of ['www-authenticate', 'content-length', 'content-encoding', 'etag']) {
    reply.removeHeader(name)
  }
  return reply
}

export default api
