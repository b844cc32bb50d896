/** `app.audit()`: security events, each counted, and one line in the log with its name in the field `event`. */
import plugin from 'fastify-plugin'
import type { Caller, EventFields, EventName } from '../src/auth/events.ts'
import { AppError, type ErrorCode, type TriggerFailure } from '../src/errors.ts'
import { requestContext, traceIdOf } from '../src/http/log/request-context.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reports an event. The line names the request of `fields.caller`, or the one that is being worked for. */
    audit(event: EventName, fields: EventFields): void
  }
}

/** Refusals that show attacks (ASVS 16.3.3), wherever they are thrown. */
const refusals: Partial<Record<ErrorCode, EventName>> = {
  csrf_rejected: 'csrf.rejected',
  rate_limited: 'rate_limit.exceeded'
}

/** What an operator has to mend at the pool, or to look into. */
const warnings: readonly EventName[] = [
  'trigger.failed',
  'delivery.failed',
  'token_theft_suspected'
]

export default plugin(
  async app => {
    /** Errors whose trigger is in the log already: the same one may be reported and thrown, too. */
    const logged = new WeakSet<AppError>()

    app.decorate('audit', (event, fields) => {
      const { error, caller = requestContext()?.caller, ...rest } = fields
      const failed = failedTrigger(error)
      if (failed && event !== 'trigger.failed') {
        logTrigger(failed, { ...rest, caller })
      }
      const isOwn = event === 'trigger.failed'
      if (isOwn && failed) logged.add(failed)
      app.metrics?.event(event, fields)
      const line = {
        event,
        ...rest,
        ...(isOwn && failed && said(failed.trigger)),
        ...namesOf(caller),
        ...(error !== undefined && { err: error })
      }
      app.log[warnings.includes(event) ? 'warn' : 'info'](line, event)
    })

    function logTrigger(error: AppError & { trigger: TriggerFailure }, fields: EventFields): void {
      if (logged.has(error)) return
      app.audit('trigger.failed', { ...fields, reason: error.reason ?? error.code, error })
    }

    app.addHook('onError', (request, _reply, error: Error, done) => {
      const event = error instanceof AppError ? refusals[error.code] : undefined
      if (event && error instanceof AppError) {
        const reason = error.reason !== undefined && { reason: error.reason }
        app.audit(event, { caller: request, ...reason })
      }
      const failed = failedTrigger(error)
      if (failed) logTrigger(failed, { caller: request })
      done()
    })
  },
  { name: 'audit', dependencies: ['metrics'] }
)

/** Which request, from where, and in which trace. */
function namesOf(caller: Caller | undefined) {
  if (caller === undefined) return {}
  const { id, headers, ip } = caller
  return { reqId: id, traceId: traceIdOf(headers.traceparent, id), ip }
}

/** The error of a trigger that is, or is behind, what was thrown. */
function failedTrigger(thrown: unknown): (AppError & { trigger: TriggerFailure }) | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof AppError && hasTrigger(error)) return error
  }
  return undefined
}

const hasTrigger = (error: AppError): error is AppError & { trigger: TriggerFailure } =>
  error.trigger !== undefined

const longest = 1000

const said = ({ name, text }: TriggerFailure) => ({
  trigger: name ?? 'unknown',
  text: text.slice(0, longest)
})
