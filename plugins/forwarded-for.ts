/** Makes `request.ip` an address without what some proxies append to it, before the limits and the log use it. */
import plugin from 'fastify-plugin'
import { keepAddresses } from '../src/http/headers.ts'

export default plugin(
  async (app, { trustProxy }: { trustProxy: readonly string[] }) => {
    // Without a trusted proxy the header is ignored.
    if (trustProxy.length === 0) return
    app.addHook('onRequest', (request, _reply, done) => {
      keepAddresses(request.raw.headers)
      done()
    })
  },
  { name: 'client-address' }
)
