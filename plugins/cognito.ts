/** `app.identity`: the Cognito service. */
import plugin from 'fastify-plugin'
import type { IdentityProvider } from '../src/auth/identity-provider.ts'
import { createCognitoThread } from '../src/cognito/thread/cognito-thread.ts'
import type { Config } from '../src/config/config.ts'
import { timed } from '../src/metrics/timed.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** `prepare` loads what a login needs, ahead of it. Returns at once, and calls no server. */
    identity: IdentityProvider & { prepare(): void }
  }
}

type Options = Pick<Config, 'cognito' | 'api' | 'tracesUrl'>

export default plugin(
  async (app, { cognito, api, tracesUrl }: Options) => {
    const keepIdTokens = api?.routes.some(({ token }) => token === 'id') ?? false
    const identity = createCognitoThread(
      { ...cognito, keepIdTokens },
      {
        traced: tracesUrl !== undefined,
        onWarning: sentence => app.log.warn(sentence)
      }
    )
    app.decorate('identity', app.metrics ? timed(identity, app.metrics.cognito) : identity)
    app.addHook('onClose', async () => identity.close())
  },
  { name: 'identity', dependencies: ['metrics'] }
)
