/** The domain's services, wired to the store and to Cognito, as decorators of the app. */
import type { FastifyInstance } from 'fastify'
import plugin from 'fastify-plugin'
import { type AccessTokens, createAccessTokens } from '../src/auth/access-tokens.ts'
import { type Accounts, createAccounts } from '../src/auth/account.ts'
import { type Challenges, createChallenges } from '../src/auth/challenge.ts'
import type { Report } from '../src/auth/events.ts'
import { passwordAlone as named, type PasswordAlone } from '../src/auth/login-without-challenge.ts'
import { createSecondFactors, type SecondFactors } from '../src/auth/mfa.ts'
import { createPasswords, type Passwords } from '../src/auth/password.ts'
import { createPhotos, type Photos } from '../src/auth/photo.ts'
import { createPoolBehaviour } from '../src/auth/pool-behaviour.ts'
import { createProfiles, type Profiles } from '../src/auth/profile.ts'
import { createSignIn, type SignIn } from '../src/auth/sign-in.ts'
import { createSignOut, type SignOut } from '../src/auth/sign-out.ts'
import { createSignUp, type SignUp } from '../src/auth/sign-up.ts'
import type { Config } from '../src/config/config.ts'
import { createMarks } from '../src/rate-limit/expiring-flags.ts'
import { createLockout } from '../src/rate-limit/user-limit.ts'
import { createBehaviourMemory } from '../src/session/pool-behaviour-store.ts'
import { createRequiredResets } from '../src/session/required-resets.ts'

declare module 'fastify' {
  interface FastifyInstance {
    signUp: SignUp
    signIn: SignIn
    challenges: Challenges
    accessTokens: AccessTokens
    signOut: SignOut
    passwords: Passwords
    passwordAlone: PasswordAlone
    profiles: Profiles
    /** Undefined where photos are switched off. */
    photos: Photos | undefined
    secondFactors: SecondFactors
    accounts: Accounts
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
    const { enumerationProtection: protection, challengeSeconds, publicOrigin } = options
    const report: Report = (event, fields) => app.audit(event, fields)
    const { identity, store: sessions, loginAddresses: addresses, ends, logins } = app
    const passwordAlone = named(
      createMarks({ ...counting(app, options, 'password alone'), life: passwordAloneLife })
    )
    app.decorate('passwordAlone', passwordAlone)
    const lockout = options.rateLimits && createLockout(counting(app, options, 'lockout'))
    const clock = Date.now
    const measure = app.metrics && { measure: app.metrics.measure }
    const theft = options.tokenTheftEnds === 'all' && { theftEnds: ends }
    const refreshing = { identity, sessions, clock, report, ...measure, ...theft }
    const accessTokens = createAccessTokens(refreshing)
    const memory = createBehaviourMemory({
      ...(app.redis && { redis: app.redis }),
      prefix: options.redisPrefix
    })
    const behaviour = createPoolBehaviour(memory, clock)
    const resets = createRequiredResets(counting(app, options, 'required resets'))
    app.decorate('signUp', createSignUp({ identity, protection, resets, behaviour, report }))
    app.decorate('signIn', createSignIn({ identity, protection, lockout, resets, report }))
    app.decorate('challenges', createChallenges({ identity, logins, clock, challengeSeconds }))
    app.decorate('accessTokens', accessTokens)
    app.decorate('signOut', createSignOut({ identity, sessions, ends, accessTokens, report }))
    app.decorate(
      'passwords',
      createPasswords({
        identity,
        ends,
        logins,
        addresses,
        protection,
        resets,
        behaviour,
        passwordAlone,
        report
      })
    )
    const profiles = createProfiles({ identity, sessions, addresses })
    const photos = app.photoPorts && createPhotos({ ...app.photoPorts, profiles, report })
    app.decorate('profiles', profiles)
    app.decorate('photos', photos)
    app.decorate('accounts', createAccounts({ identity, ends, photos, passwordAlone, report }))
    const issuer = new URL(publicOrigin).hostname // a colon has a meaning in the Key URI format
    app.decorate(
      'secondFactors',
      createSecondFactors({ identity, issuer, offered: options.mfaMethods })
    )
    // Runs before the store closes: a refresh that nobody waits for has tokens to store, too.
    app.addHook('onClose', () => accessTokens.settled(5000))
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

/** Where something is counted about people, and under names that hide who they are. */
function counting(
  { redis, sharedSecret }: FastifyInstance,
  { redisPrefix: prefix }: Options,
  purpose: string
) {
  return { ...(redis && { redis }), prefix, secret: sharedSecret(purpose) }
}
