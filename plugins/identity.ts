/** `app.identity`: the Cognito service. */
import plugin from 'fastify-plugin'
import type { IdentityProvider } from '../src/auth/ports.ts'
import { createCognitoService } from '../src/cognito/service.ts'
import type { CognitoConfig } from '../src/config.ts'
import { timed } from '../src/metrics/timed.ts'

declare module 'fastify' {
  interface FastifyInstance {
    identity: IdentityProvider
  }
}

export default plugin(
  async (app, { cognito }: { cognito: CognitoConfig }) => {
    const identity = createCognitoService(cognito)
    app.decorate('identity', app.metrics ? timed(identity, app.metrics.cognito) : identity)
    app.addHook('onClose', async () => identity.close())
  },
  { name: 'identity', dependencies: ['metrics'] }
)
