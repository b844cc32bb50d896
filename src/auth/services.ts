/** Wires the services of the domain to their ports. */
import { type AccessTokens, createAccessTokens } from './access-tokens.ts'
import { type Accounts, createAccounts } from './account-deletion.ts'
import { type Challenges, createChallenges } from './challenge.ts'
import type { Ends, Logins } from './ends.ts'
import type { Measure, Report } from './events.ts'
import type { Clock, IdentityProvider, MfaMethod } from './identity-provider.ts'
import { createSecondFactors, type SecondFactors } from './mfa.ts'
import { createPasswords, type PasswordOptions, type Passwords } from './password.ts'
import { type PasswordAlone, passwordAlone } from './password-only-logins.ts'
import { createPhotos, type PhotoPorts, type Photos } from './photo.ts'
import { type BehaviourMemory, createPoolBehaviour } from './pool-behaviour.ts'
import { createProfiles, type Profiles, type ProfilesOptions } from './profile.ts'
import type { RequiredResets } from './required-resets.ts'
import type { SessionStore } from './session.ts'
import { createSignIn, type SignIn, type SignInOptions } from './sign-in.ts'
import { createSignOut, type SignOut } from './sign-out.ts'
import { createSignUp, type SignUp } from './sign-up.ts'

/** What the routes call: one service for each flow. */
export interface Auth {
  readonly signUp: SignUp
  readonly signIn: SignIn
  readonly challenges: Challenges
  readonly accessTokens: AccessTokens
  readonly signOut: SignOut
  readonly passwords: Passwords
  readonly passwordAlone: PasswordAlone
  readonly profiles: Profiles
  /** Undefined where photos are switched off. */
  readonly photos: Photos | undefined
  readonly secondFactors: SecondFactors
  readonly accounts: Accounts
}

/** The user pool, the session store, and what all instances remember. */
export interface AuthPorts {
  readonly identity: IdentityProvider
  readonly sessions: SessionStore
  readonly ends: Ends
  readonly logins: Logins
  readonly addresses: PasswordOptions['addresses'] & ProfilesOptions['addresses']
  readonly resets: RequiredResets
  readonly poolBehaviour: BehaviourMemory
  readonly passwordAlone: PasswordAlone
  readonly lockout: SignInOptions['lockout']
  readonly photos: PhotoPorts | undefined
  readonly report: Report
  readonly measure: Measure | undefined
  readonly clock: Clock
}

export interface AuthOptions {
  /** Whether existing accounts are hidden from those who ask. */
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
  const { identity, sessions, ends, measure, clock } = ports
  const { challengeSeconds, issuer, mfaMethods: offered } = options
  const named = passwordAlone(ports.passwordAlone)
  const behaviour = createPoolBehaviour(ports.poolBehaviour, clock)
  const common = { ...ports, ...options, passwordAlone: named, behaviour }
  const accessTokens = createAccessTokens({
    ...{ identity, sessions, clock, report: ports.report },
    ...(measure && { measure }),
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
    passwordAlone: named,
    profiles,
    photos,
    secondFactors: createSecondFactors({ identity, issuer, offered }),
    accounts: createAccounts({ ...common, photos })
  }
}
