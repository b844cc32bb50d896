/** `app.sharedSecret()`: secrets for naming what is counted and remembered about people, the same on all instances. */
import plugin from 'fastify-plugin'
import type { Config } from '../src/config/config.ts'
import { createSharedSecret, type Secret } from '../src/session/shared-secret.ts'

declare module 'fastify' {
  interface FastifyInstance {
    sharedSecret(purpose: string): Secret
  }
}

type Options = Pick<Config, 'redisPrefix' | 'sessionKeys'>

export default plugin(
  async (app, { redisPrefix: prefix, sessionKeys: keys }: Options) => {
    app.decorate('sharedSecret', createSharedSecret({ redis: app.redis, prefix, keys }))
  },
  { name: 'shared-secret', dependencies: ['redis'] }
)
