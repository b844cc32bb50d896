/** `app.sharedSecret()`: secrets for naming what is counted and remembered about people, the same on all instances. */
import plugin from 'fastify-plugin'
import type { Config } from '../src/config/config.ts'
import { StartError } from '../src/errors.ts'
import {
  createSharedSecret,
  ForeignSecretError,
  type Secret
} from '../src/session/shared-secret.ts'

declare module 'fastify' {
  interface FastifyInstance {
    sharedSecret(purpose: string): Secret
  }
}

type Options = Pick<Config, 'redisPrefix' | 'sessionKeys'>

export default plugin(
  async (app, { redisPrefix: prefix, sessionKeys: keys }: Options) => {
    const secretFor = createSharedSecret({ redis: app.redis, prefix, keys })
    app.decorate('sharedSecret', secretFor)
    // Two products under one prefix would end each other's sessions and share limits. While Redis is away the service
    // starts all the same; then readiness finds it.
    app.addHook('onReady', async () => {
      await secretFor('start')().catch((error: unknown) => {
        if (error instanceof ForeignSecretError) throw new StartError(error.sentence)
      })
    })
  },
  { name: 'shared-secret', dependencies: ['redis'] }
)
