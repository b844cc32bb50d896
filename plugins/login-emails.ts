/** `app.loginAddresses`: whose sessions were begun under an email address. */
import plugin from 'fastify-plugin'
import type { Config } from '../src/config/config.ts'
import { type Addresses, createAddresses } from '../src/session/login-emails.ts'

declare module 'fastify' {
  interface FastifyInstance {
    loginAddresses: Addresses
  }
}

type Options = Pick<Config, 'redisPrefix' | 'absoluteSeconds'>

export default plugin(
  async (app, { redisPrefix: prefix, absoluteSeconds }: Options) => {
    const loginAddresses = createAddresses({
      ...(app.redis && { redis: app.redis }),
      prefix,
      secret: app.sharedSecret('addresses'),
      life: absoluteSeconds * 1000
    })
    app.decorate('loginAddresses', loginAddresses)
  },
  { name: 'login-addresses', dependencies: ['redis', 'shared-secret'] }
)
