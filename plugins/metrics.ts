/** `app.metrics`: figures for Prometheus, on a listener of their own; undefined where none are wanted. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import { eventNames } from '../src/auth/events.ts'
import type { Config } from '../src/config/config.ts'
import { failureOf, onceOver, statusOf } from '../src/http/log/request-log.ts'
import type { MetricsListener } from '../src/metrics/listener.ts'
import type { CompletedRequest, Metrics } from '../src/metrics/registry.ts'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Metrics | undefined
  }
}

type Options = Pick<Config, 'metricsPort' | 'host' | 'release'>

export default plugin(
  async (app, { metricsPort: port, host, release }: Options) => {
    if (port === undefined) {
      app.decorate('metrics', undefined)
      return
    }
    const { createMetrics } = await import('../src/metrics/registry.ts')
    const { startMetricsListener } = await import('../src/metrics/listener.ts')
    const metrics = createMetrics(release, eventNames)
    app.decorate('metrics', metrics)
    app.addHook('onRequest', (request, reply, done) => {
      metrics.requestStarted()
      onceOver(reply, () => metrics.requestCompleted(completed(request, reply)))
      done()
    })
    let listener: MetricsListener | undefined
    app.addHook('onReady', async () => {
      listener = await startMetricsListener(metrics, { host, port })
      app.log.info({ host, port: listener.port }, 'metrics are served')
    })
    app.addHook('onClose', () => listener?.close())
  },
  { name: 'metrics' }
)

function completed(request: FastifyRequest, reply: FastifyReply): CompletedRequest {
  return {
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: statusOf(reply),
    duration: reply.elapsedTime,
    code: failureOf(reply)?.code
  }
}
