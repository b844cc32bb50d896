/** `app.audit()`: security events, each counted, and one line in the log with its name in the field `event`. */
import type { FastifyBaseLogger } from 'fastify'
import plugin from 'fastify-plugin'
import type { EventFields, EventName } from '../src/auth/report.ts'
import { AppError, type ErrorCode } from '../src/errors.ts'
import { requestContext } from '../src/http/request-context.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reports an event. The line bears the ids of the request where that is known, or where `log` is its. */
    audit(event: EventName, fields: EventFields, log?: FastifyBaseLogger): void
  }
}

/** Refusals that whoever watches for attacks wants to see (ASVS 16.3.3), thrown from wherever they are. */
const refusals: Partial<Record<ErrorCode, EventName>> = {
  csrf_rejected: 'csrf.rejected',
  rate_limited: 'rate_limit.exceeded'
}

export default plugin(
  async app => {
    app.decorate('audit', (event, { error, ...fields }, log = requestContext()?.log ?? app.log) => {
      app.metrics?.event(event, fields)
      log.info({ event, ...fields, ...(error !== undefined && { err: error }) }, event)
    })
    app.addHook('onError', (request, _reply, error: Error, done) => {
      const event = error instanceof AppError ? refusals[error.code] : undefined
      if (event && error instanceof AppError) {
        const reason = error.reason !== undefined && { reason: error.reason }
        app.audit(event, { ip: request.ip, ...reason }, request.log)
      }
      done()
    })
  },
  { name: 'audit', dependencies: ['metrics'] }
)
