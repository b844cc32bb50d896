/** Every failure, thrown anywhere, leaves as one kind of problem document. Registered before all else. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import { AppError } from '../src/errors.ts'
import { problemOf, toAppError } from '../src/http/problem.ts'

/** Answers a thrown error; shared with Fastify's `frameworkErrors`, which run before any hook. */
export function replyWithProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const error = toAppError(thrown)
  const fields = { err: error.status >= 500 ? thrown : undefined, reason: error.reason }
  if (error.status >= 500) request.log.error({ code: error.code, ...fields }, 'request failed')
  else request.log.info({ code: error.code, ...fields }, 'request refused')
  if (error.retryAfterSeconds !== undefined) {
    reply.header('retry-after', String(error.retryAfterSeconds))
  }
  reply
    .code(error.status)
    .header('cache-control', 'no-store')
    // A URL that cannot be read is answered before the hooks that set these.
    .header('x-content-type-options', 'nosniff')
    .header('x-request-id', request.id)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(error, request.id)))
}

export default plugin(
  async app => {
    app.setErrorHandler(replyWithProblem)
    app.setNotFoundHandler(() => {
      throw new AppError('not_found')
    })
  },
  { name: 'errors' }
)
