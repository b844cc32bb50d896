/** `app.upstreams`: the connections to the team's APIs. Loaded only where there are any: with it comes undici. */
import plugin from 'fastify-plugin'
import {
  createUpstreams,
  type UpstreamOptions,
  type Upstreams
} from '../src/http/proxy/upstream.ts'

declare module 'fastify' {
  interface FastifyInstance {
    upstreams: Upstreams
  }
}

export default plugin(
  async (app, options: UpstreamOptions) => {
    const upstreams = createUpstreams(options)
    app.decorate('upstreams', upstreams)
    // Runs when the listener is closed and every request over.
    app.addHook('onClose', () => upstreams.destroy())
  },
  { name: 'upstreams' }
)
