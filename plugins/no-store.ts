/** Nothing under /auth and /api may be kept by any cache (ASVS 14.3.2). */
import plugin from 'fastify-plugin'

/**
 * What a browser keeps all the same must not serve another purpose: an upload that was fetched must not run as a
 * script out of the cache.
 */
const vary = 'Cookie, Sec-Fetch-Dest, Sec-Fetch-Site'

export default plugin(
  async app => {
    app.addHook('onRequest', (_request, reply, done) => {
      reply.header('cache-control', 'no-store').header('vary', vary)
      done()
    })
  },
  { name: 'no-store' }
)
