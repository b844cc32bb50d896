/** GET /healthz: the process answers. GET /readyz: it can serve sessions, and is not about to stop. */
import { Type } from '@sinclair/typebox'
import { AppError } from '../src/errors.ts'
import type { Routes } from '../src/http/typebox.ts'

const Status = Type.Object({ status: Type.Literal('ok') })
const answers = { response: { '2xx': Status } }

const liveness = {
  operationId: 'getHealth',
  tags: ['Service'],
  summary: 'Whether the process answers',
  ...answers
}
const readiness = {
  operationId: 'getReadiness',
  tags: ['Service'],
  summary: 'Whether sessions can be served',
  description: '503 while the session store is away, and once this instance is about to stop.',
  ...answers
}

const health: Routes = async app => {
  // Probes come every few seconds: they would only bury the log. Under pressure they are answered all the
  // same: to restart a busy instance, or to take it out, puts its load on the others.
  const config = { pressureHandler: () => undefined }
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store')
    done()
  })
  const quiet = { config, logLevel: 'warn' } as const
  app.get('/healthz', { schema: liveness, ...quiet }, async () => ({ status: 'ok' as const }))
  app.get('/readyz', { schema: readiness, ...quiet }, async () => {
    if (app.drain.isOn) {
      const detail = 'This instance is about to stop. Others take its requests.'
      throw new AppError('service_unavailable', { detail, reason: 'draining' })
    }
    await app.store.ping()
    return { status: 'ok' as const }
  })
}

export default health
