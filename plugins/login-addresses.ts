/** `app.loginAddresses`: whose sessions were begun under an email address. */
import plugin from 'fastify-plugin'
import type { Config } from '../src/config.ts'
import { type Addresses, createAddresses } from '../src/session/addresses.ts'
import { lastingSecret } from '../src/session/lasting-secret.ts'

declare module 'fastify' {
  interface FastifyInstance {
    loginAddresses: Addresses
  }
}

type Options = Pick<Config, 'redisPrefix' | 'sessionKeys' | 'absoluteSeconds'>

export default plugin(
  async (app, { redisPrefix: prefix, sessionKeys, absoluteSeconds }: Options) => {
    const loginAddresses = createAddresses({
      ...(app.redis && { redis: app.redis }),
      prefix,
      secret: lastingSecret(sessionKeys, 'addresses'),
      life: absoluteSeconds * 1000
    })
    app.decorate('loginAddresses', loginAddresses)
  },
  { name: 'login-addresses', dependencies: ['redis'] }
)
