/** `app.auth`: the services of the domain (src/auth), over Cognito, Redis and the photo storage. */
import plugin from 'fastify-plugin'
import { type Auth, createAuth } from '../src/auth/services.ts'
import type { Config } from '../src/config/config.ts'
import { createExpiringFlags } from '../src/rate-limit/expiring-flags.ts'
import { createLockout } from '../src/rate-limit/user-limit.ts'
import { createBehaviourMemory } from '../src/session/pool-behaviour-store.ts'
import { createRequiredResets } from '../src/session/required-resets.ts'

declare module 'fastify' {
  interface FastifyInstance {
    auth: Auth
  }
}

type Options = Pick<
  Config,
  | 'enumerationProtection'
  | 'challengeSeconds'
  | 'publicOrigin'
  | 'redisPrefix'
  | 'rateLimits'
  | 'mfaMethods'
  | 'tokenTheftEnds'
>

/** In ms. A longer silence is no sign of what a login would meet today. */
const passwordAloneLife = 30 * 86_400_000

export default plugin(
  async (app, options: Options) => {
    const shared = { ...(app.redis && { redis: app.redis }), prefix: options.redisPrefix }
    /** What is kept about people is kept under names that hide who they are. */
    const hidden = (purpose: string) => ({ ...shared, secret: app.sharedSecret(purpose) })
    const auth = createAuth(
      {
        identity: app.identity,
        sessions: app.store,
        ends: app.ends,
        logins: app.logins,
        loginEmails: app.loginAddresses,
        resets: createRequiredResets(hidden('required resets')),
        poolBehaviour: createBehaviourMemory(shared),
        passwordOnlyLogins: createExpiringFlags({
          ...hidden('password alone'),
          ttl: passwordAloneLife
        }),
        lockout: options.rateLimits && createLockout(hidden('lockout')),
        photos: app.photoPorts,
        report: (event, fields) => app.audit(event, fields),
        recordMetric: app.metrics?.measure,
        clock: Date.now
      },
      {
        ...options,
        protection: options.enumerationProtection,
        issuer: new URL(options.publicOrigin).hostname // a colon has a meaning in the Key URI format
      }
    )
    app.decorate('auth', auth)
    // Runs before the store closes: a refresh that no request waits for has tokens to store, too.
    app.addHook('onClose', () => auth.accessTokens.settled(5000))
  },
  {
    name: 'auth',
    dependencies: [
      'audit',
      'identity',
      'redis',
      'shared-secret',
      'store',
      'login-addresses',
      'ends',
      'photos'
    ]
  }
)
