/** ANY /api/*: the team's own API, called with the user's access token. */
import type { IncomingHttpHeaders } from 'node:http'
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
  app.setErrorHandler<Error>((error, _request, reply) => {
    const headers = brokenOff.get(error)
    if (!headers) throw error
    withdraw(reply, headers)
    throw new AppError('upstream_error', { reason: error.message, cause: error })
  })

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

/** What the API answers. Its headers are in the reply already. */
interface Answer {
  readonly headers: IncomingHttpHeaders
  readonly body: Readable
}

/** By what an answer broke off: the headers of it, for where it does so before anything was sent on. */
const brokenOff = new WeakMap<Error, IncomingHttpHeaders>()

function forward(request: FastifyRequest, reply: FastifyReply, call: Forwarded): FastifyReply {
  const { accessToken, origin } = call
  const caller = { accessToken, ip: request.ip, requestId: request.id, origin }
  let headers: IncomingHttpHeaders = {}
  let isRefusal = false
  let hasFailed = false
  return reply.from(call.path, {
    rewriteRequestHeaders: (_request, sent) => upstreamHeaders(sent, caller),
    rewriteHeaders: answered => {
      isRefusal = refusesToken(answered)
      headers = returnedHeaders(answered)
      return headers
    },
    // The library retries a 503 up to ten times of its own accord; whether to is the API's caller's choice.
    retryDelay: () => null,
    onError: (_reply, { error }) => {
      hasFailed = true
      withdraw(reply, headers)
      reply.send(new AppError('upstream_error', { reason: error.message, cause: error }))
    },
    onResponse: (_request, _reply, { stream: body }) => {
      // It may break while nobody listens; whoever sends it on then notices.
      body.on('error', error => brokenOff.set(error, headers))
      // The library goes on after it has called the status impossible.
      if (hasFailed) body.resume()
      else if (isRefusal && !call.isLast) void again(request, reply, call, { headers, body })
      else sendOn(reply, body)
    }
  })
}

/**
 * Sends a body on as it arrives; in one piece where all of it is there, as with most answers of an API: one
 * write instead of a pipe with its listeners and chunks saves most of 20 us in 150.
 */
function sendOn(reply: FastifyReply, body: Readable): void {
  // Fastify would call a body of no type octets if it came in one piece.
  if (!reply.hasHeader('content-type')) return void reply.send(body)
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
  { headers, body }: Answer
): Promise<void> {
  try {
    const accessToken = await reply.replaceAccessToken(call.accessToken)
    const isRepeatable = request.method === 'GET' || request.method === 'HEAD'
    if (accessToken === call.accessToken || !isRepeatable) return sendOn(reply, body)
    // Read to its end: the connection can be used again.
    body.resume()
    withdraw(reply, headers)
    forward(request, reply, { ...call, accessToken, isLast: true })
  } catch (error) {
    body.resume()
    withdraw(reply, headers).send(error)
  }
}

/** Takes back what an answer that is not sent on has put into the reply. */
function withdraw(reply: FastifyReply, headers: IncomingHttpHeaders): FastifyReply {
  for (const name of Object.keys(headers)) reply.removeHeader(name)
  return reply
}

export default api
