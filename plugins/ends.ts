/** `app.ends` and `app.logins`: what is to end, and the logins under way that it beats. */
import plugin from 'fastify-plugin'
import type { Ends, Logins } from '../src/auth/ends.ts'
import { createEnds } from '../src/session/end-journal.ts'

declare module 'fastify' {
  interface FastifyInstance {
    ends: Ends
    logins: Logins
  }
}

export default plugin(
  async app => {
    const { ends, logins, close } = createEnds({
      backend: app.sessionBackend,
      sessions: app.store,
      addresses: app.loginAddresses,
      secret: app.sharedSecret('ends'),
      onDelayed: error => app.audit('end.delayed', { error })
    })
    app.decorate('ends', ends)
    app.decorate('logins', logins)
    app.addHook('onClose', async () => close())
  },
  { name: 'ends', dependencies: ['audit', 'store', 'login-addresses', 'shared-secret'] }
)
