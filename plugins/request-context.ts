/** `requestContext()` answers throughout the work for a request: the log's ids, and the span where traces are on. */
import type { FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import {
  followingIsCheap,
  type RequestContext,
  withRequestContext
} from '../src/http/log/request-context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where requests are not followed. */
    context: RequestContext | null
  }
}

export default plugin(
  async (app, { tracesUrl }: { tracesUrl: string | undefined }) => {
    app.decorateRequest('context', null)
    if (!followingIsCheap && tracesUrl === undefined) return
    app.addHook('onRequest', (request, _reply, done) => {
      request.context = { log: request.log, caller: request }
      withRequestContext(request.context, done)
    })
    // A body arrives in events of the parser, which know nothing of the request: enter again behind it.
    app.addHook('preValidation', (request: FastifyRequest, _reply, done) => {
      if (request.context) withRequestContext(request.context, done)
      else done()
    })
  },
  { name: 'request-context' }
)
