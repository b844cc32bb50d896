/** Nothing under /auth and /api may be kept by any cache (ASVS 14.3.2). */
import plugin from 'fastify-plugin'

export default plugin(
  async app => {
    app.addHook('onRequest', (_request, reply, done) => {
      reply.header('cache-control', 'no-store').header('vary', 'Cookie')
      done()
    })
  },
  { name: 'no-store' }
)
