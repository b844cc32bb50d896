/** Every failure, thrown anywhere, leaves as one kind of problem document. Registered before all else. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import { AppError } from '../src/errors.ts'
import { keepAddresses } from '../src/http/headers.ts'
import { logRequest, noteFailure, onceOver } from '../src/http/log/request-log.ts'
import { problemOf, toAppError } from '../src/http/problem.ts'
import { withTriggerText } from '../src/http/refusals.ts'

/** Answers a thrown error; what the log says of it is in the line about the request. */
function replyWithProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  toldBy: (error: AppError) => AppError = error => error
) {
  const error = toldBy(toAppError(thrown))
  noteFailure(reply, error, thrown)
  if (error.retryAfterSeconds !== undefined) {
    reply.header('retry-after', String(error.retryAfterSeconds))
  }
  if (error.allow !== undefined) reply.header('allow', error.allow)
  reply
    .code(error.status)
    .header('cache-control', 'no-store')
    // A URL that cannot be read is answered before the hooks that set these.
    .header('x-content-type-options', 'nosniff')
    .header('x-request-id', request.id)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(error, request.id)))
}

/** For Fastify's `frameworkErrors`: what no route was found for meets no hook, not even that of the log. */
export function refuseUnrouted(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  keepAddresses(request.raw.headers)
  // Never a 503: there is nothing to sum up.
  onceOver(reply, () => logRequest(request, reply, { isNews: () => true }))
  replyWithProblem(thrown, request, reply)
}

export default plugin(
  async (app, { triggerMessages }: { triggerMessages: boolean }) => {
    app.setErrorHandler((thrown, request, reply) =>
      replyWithProblem(thrown, request, reply, triggerMessages ? withTriggerText : undefined)
    )
    app.setNotFoundHandler(() => {
      throw new AppError('not_found')
    })
  },
  { name: 'errors' }
)
