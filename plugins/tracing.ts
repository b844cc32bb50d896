/** Traces of requests and of the calls they make, sent to an OpenTelemetry collector where one is named. */
import plugin from 'fastify-plugin'
import { readTraceparent, requestContext, traceIdOf } from '../src/http/log/request-context.ts'
import { failureOf, onceOver, statusOf } from '../src/http/log/request-log.ts'

interface Options {
  readonly tracesUrl: string | undefined
  readonly tracesProxy: string | undefined
}

export default plugin(
  async (app, { tracesUrl: url, tracesProxy: proxy }: Options) => {
    if (url === undefined) return
    // Loading the SDK takes its time: only those who use it pay.
    const { startTracing } = await import('../src/tracing/tracing.ts')
    const tracing = startTracing({
      url,
      ...(proxy && { proxy }),
      activeSpan: () => requestContext()?.span,
      onExport(error) {
        if (error) app.log.warn({ err: error }, 'traces cannot be delivered')
        else app.log.info('traces are delivered again')
      }
    })
    app.addHook('onRequest', (request, reply, done) => {
      // Probes come every few seconds, and are of no use in a trace.
      if (request.routeOptions.config.isProbe) return done()
      const { traceparent } = request.headers
      const span = tracing.startSpan({
        method: request.method,
        route: request.routeOptions.url,
        traceId: traceIdOf(traceparent, request.id),
        parent: readTraceparent(traceparent)
      })
      if (request.context) request.context.span = span
      onceOver(reply, () => tracing.endSpan(span, statusOf(reply), failureOf(reply)?.code))
      done()
    })
    app.addHook('onClose', () => tracing.stop())
  },
  { name: 'tracing', dependencies: ['request-context'] }
)
