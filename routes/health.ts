/** GET /healthz: the process answers. GET /readyz: it can serve sessions, and is not about to stop. */
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { AppError } from '../src/errors.ts'
import type { Routes } from '../src/http/schemas.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A balancer's question: not traced. */
    isProbe?: boolean
  }
}

const Ready = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('partial')]),
  detail: Type.Optional(Type.String({ description: 'of `partial`: the share that is unavailable' }))
})
const Question = Type.Object(
  { store: Type.Optional(Type.Literal('optional')) },
  { additionalProperties: false }
)
const Health = Type.Object({
  status: Type.Literal('ok'),
  version: Type.String({ examples: ['0.1.0'] }),
  commit: Type.String({ description: 'of the sources, or `unknown`' })
})

const liveness = {
  operationId: 'getHealth',
  tags: ['Service'],
  summary: 'Liveness, version and commit',
  response: { '2xx': Health }
}
const readiness = {
  operationId: 'getReadiness',
  tags: ['Service'],
  summary: 'Readiness',
  description: [
    '503 `service_unavailable` when this instance is about to stop. 503 `store_unavailable` while the session store is',
    'unavailable or rejects commands that sessions need; with `store=optional` 200 even then, for balancers that would',
    'have no instance left. `partial` while a cluster has lost some of its nodes.'
  ].join(' '),
  querystring: Question,
  response: { '2xx': Ready }
}

const health: Routes<{ release: { version: string; commit: string } }> = async (
  app,
  { release }
) => {
  // Probes come every few seconds: they would only bury the log. Under pressure they are answered all the
  // same: to restart a busy instance, or to take it out, puts its load on the others.
  const config = { pressureHandler: () => undefined, isProbe: true }
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store')
    done()
  })
  const quiet = { config, logLevel: 'warn' } as const

  async function readinessOf({ store }: Static<typeof Question>): Promise<Static<typeof Ready>> {
    if (app.drain.isOn) {
      const detail = 'This instance is about to stop. Other instances serve its requests.'
      throw new AppError('service_unavailable', { detail, reason: 'draining' })
    }
    if (store === 'optional') return { status: 'ok' }
    const share = await app.readiness()
    if (share === 1) return { status: 'ok' }
    const percent = Math.ceil((1 - share) * 100)
    return { status: 'partial', detail: `${percent} % of the session store is unavailable.` }
  }

  const alive = { status: 'ok' as const, ...release }
  app.get('/healthz', { schema: liveness, ...quiet }, async () => alive)
  app.get('/readyz', { schema: readiness, ...quiet }, async ({ query }) => readinessOf(query))

  // HAProxy's `option httpchk` and Apache's mod_proxy_hcheck ask by OPTIONS by default.
  const allowed = (reply: FastifyReply) =>
    reply.code(204).header('allow', 'GET, HEAD, OPTIONS').send()
  app.options('/', quiet, (_request, reply) => allowed(reply))
  app.options('/healthz', quiet, (_request, reply) => allowed(reply))
  app.options(
    '/readyz',
    { ...quiet, schema: { querystring: Question } },
    async (request, reply) => {
      await readinessOf(request.query)
      return allowed(reply)
    }
  )
}

export default health
