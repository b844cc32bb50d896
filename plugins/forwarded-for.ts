/** `request.ip` is an address, whatever the proxies in front append to it. Before whoever counts or notes it. */
import plugin from 'fastify-plugin'
import { keepAddresses } from '../src/http/headers.ts'

export default plugin(
  async (app, { trustProxy }: { trustProxy: readonly string[] }) => {
    // Else nobody is believed, and the header is not looked at.
    if (trustProxy.length === 0) return
    app.addHook('onRequest', (request, _reply, done) => {
      keepAddresses(request.raw.headers)
      done()
    })
  },
  { name: 'client-address' }
)
