/** Creates the services of the domain from their ports: the implementations in src/cognito, src/session and others. */
import { type AccessTokens, createAccessTokens } from './access-tokens.ts'
import { type Accounts, createAccounts } from './account-deletion.ts'
import { type Challenges, createChallenges } from './challenge.ts'
import type { Ends, Logins } from './ends.ts'
import type { RecordRefreshMetric, ReportEvent } from './events.ts'
import type { Clock, IdentityProvider, MfaMethod } from './identity-provider.ts'
import { createSecondFactors, type SecondFactors } from './mfa.ts'
import { createPasswords, type PasswordOptions, type Passwords } from './password.ts'
import { ignoringCase, type PasswordOnlyLogins } from './password-only-logins.ts'
import { createPhotos, type PhotoPorts, type Photos } from './photo.ts'
import { type BehaviourMemory, createPoolBehaviour } from './pool-behaviour.ts'
import { createProfiles, type Profiles, type ProfilesOptions } from './profile.ts'
import type { RequiredResets } from './required-resets.ts'
import type { SessionStore } from './session.ts'
import { createSignIn, type SignIn, type SignInOptions } from './sign-in.ts'
import { createSignOut, type SignOut } from './sign-out.ts'
import { createSignUp, type SignUp } from './sign-up.ts'

/** `app.auth`: one service for each flow. */
export interface Auth {
  readonly signUp: SignUp
  readonly signIn: SignIn
  readonly challenges: Challenges
  readonly accessTokens: AccessTokens
  readonly signOut: SignOut
  readonly passwords: Passwords
  readonly passwordOnlyLogins: PasswordOnlyLogins
  readonly profiles: Profiles
  /** Undefined where photos are switched off. */
  readonly photos: Photos | undefined
  readonly secondFactors: SecondFactors
  readonly accounts: Accounts
}

/** The user pool, the session store, and the state that all instances share. */
export interface AuthPorts {
  readonly identity: IdentityProvider
  readonly sessions: SessionStore
  readonly ends: Ends
  readonly logins: Logins
  readonly loginEmails: PasswordOptions['loginEmails'] & ProfilesOptions['loginEmails']
  readonly resets: RequiredResets
  readonly poolBehaviour: BehaviourMemory
  readonly passwordOnlyLogins: PasswordOnlyLogins
  readonly lockout: SignInOptions['lockout']
  readonly photos: PhotoPorts | undefined
  readonly report: ReportEvent
  readonly recordMetric: RecordRefreshMetric | undefined
  readonly clock: Clock
}

export interface AuthOptions {
  /** Whether enumeration protection is on. */
  readonly protection: boolean
  /** How long a login may take from the password to the tokens. */
  readonly challengeSeconds: number
  /** The name of this service in an authenticator app. */
  readonly issuer: string
  readonly mfaMethods: readonly MfaMethod[]
  /** Whether a stolen refresh token ends all sessions of its user, or only its own. */
  readonly tokenTheftEnds: 'all' | 'session'
}

export function createAuth(ports: AuthPorts, options: AuthOptions): Auth {
  const { identity, sessions, ends, recordMetric, clock } = ports
  const { challengeSeconds, issuer, mfaMethods: offered } = options
  const passwordOnlyLogins = ignoringCase(ports.passwordOnlyLogins)
  const behaviour = createPoolBehaviour(ports.poolBehaviour, clock)
  const common = { ...ports, ...options, passwordOnlyLogins, behaviour }
  const accessTokens = createAccessTokens({
    ...{ identity, sessions, clock, report: ports.report },
    ...(recordMetric && { recordMetric }),
    ...(options.tokenTheftEnds === 'all' && { theftEnds: ends })
  })
  const profiles = createProfiles(common)
  const photos = ports.photos && createPhotos({ ...ports.photos, profiles, report: ports.report })
  return {
    signUp: createSignUp(common),
    signIn: createSignIn(common),
    challenges: createChallenges({ ...common, challengeSeconds }),
    accessTokens,
    signOut: createSignOut({ ...common, accessTokens }),
    passwords: createPasswords(common),
    passwordOnlyLogins,
    profiles,
    photos,
    secondFactors: createSecondFactors({ identity, issuer, offered }),
    accounts: createAccounts({ ...common, photos })
  }
}
