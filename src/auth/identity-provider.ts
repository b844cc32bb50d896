/**
 * What the domain needs from the world. `src/cognito` and `src/session` implement these;
 * the domain itself has no I/O. All instants are milliseconds since the epoch.
 */

import type { Delivery } from '../errors.ts'
import type {
  MfaPort,
  PasswordPort,
  ProfilePort,
  SignUpPort,
  UserAttributes
} from './account-ports.ts'

export type { UserAttributes } from './account-ports.ts'

export type Clock = () => number

/** Who is signed in: the claims of the ID token, under this service's names. */
export interface User {
  readonly sub: string
  readonly email: string
  readonly emailVerified: boolean
  readonly givenName?: string
  readonly phoneNumber?: string
  readonly phoneNumberVerified?: boolean
  readonly groups: readonly string[]
}

/** Cognito's tokens as they are kept. The ID token is verified once and dropped: its claims are the User. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** End of the access token by *this* machine's clock, so that clock skew with Cognito does not matter. */
  readonly accessExpiresAt: number
}

export interface SignedIn {
  readonly kind: 'signed_in'
  readonly tokens: Tokens
  readonly user: User
}

/**
 * What a refresh returned before its ID token is verified. Nothing of it but the refresh token may be used:
 * that one is kept, because Cognito has retired the one before.
 */
export interface Unverified {
  readonly kind: 'unverified'
  /** The new one, or the one that was sent where Cognito does not rotate. */
  readonly refreshToken: string
  readonly accessToken: string | undefined
  readonly idToken: string | undefined
  /** Life of the access token in seconds. */
  readonly expiresIn: number | undefined
  /** The instant just before Cognito was asked, in ms. */
  readonly askedAt: number
}

/** A step that Cognito asks for before it gives tokens. Stays on the server: it holds a secret. */
export interface ChallengeIssued {
  readonly kind: 'challenge'
  /** Cognito's name of it: `SOFTWARE_TOKEN_MFA`, `NEW_PASSWORD_REQUIRED`, ... */
  readonly name: string
  /** Cognito's `Session` string: the secret. */
  readonly session: string
  /** The name to answer with (USER_ID_FOR_SRP), not what the user typed. */
  readonly username: string
  /** Where a code went. */
  readonly delivery?: Delivery
  /** What can be chosen or set up: `SELECT_MFA_TYPE`, `MFA_SETUP`. */
  readonly choices?: readonly string[]
  /** Attributes, by Cognito's names, that `NEW_PASSWORD_REQUIRED` wants as well. */
  readonly requiredAttributes?: readonly string[]
}

export type ChallengeAnswer =
  /** A code of an authenticator, a text message or a mail; at `MFA_SETUP` the first one of a new authenticator. */
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'choice'; readonly choice: string }
  | {
      readonly kind: 'new_password'
      readonly newPassword: string
      readonly attributes?: UserAttributes
    }

/** Proving who one is. */
export interface SignInPort {
  /**
   * Checks a password by the configured flow. Throws `invalid_credentials`, `user_not_confirmed`,
   * `password_reset_required`, `attempt_limit_exceeded`.
   */
  signIn(credentials: { email: string; password: string }): Promise<SignedIn | ChallengeIssued>
  /**
   * Answers a challenge. Throws `code_mismatch` (the same challenge may be answered again),
   * `code_expired`, `invalid_password`, `challenge_expired` (the login has to begin again), and
   * `challenge_unsupported` where this answer does not fit this challenge.
   */
  respondToChallenge(
    challenge: ChallengeIssued,
    answer: ChallengeAnswer
  ): Promise<SignedIn | ChallengeIssued>
  /**
   * Begins an authenticator for `MFA_SETUP`: its secret, base32, and the challenge to answer with its
   * first code, which takes the place of the one given.
   */
  beginTotpAtLogin(
    challenge: ChallengeIssued
  ): Promise<{ secret: string; challenge: ChallengeIssued }>
}

/** What becomes of tokens. */
export interface TokenPort {
  /**
   * Exchanges a refresh token; works with and without rotation. Throws `session_expired`
   * (reason `refresh_token_reused`, `refresh_token_revoked`, `refresh_token_expired`, `user_disabled`, ...)
   * only where Cognito says that the token is dead, `cognito_unavailable` for everything passing. Returns
   * `Unverified` where the ID token is not good or not verifiable with the keys at hand: the caller stores the
   * refresh token, and then calls `verifyTokens`.
   */
  refresh(refreshToken: string): Promise<SignedIn | Unverified>
  /**
   * Verifies what a refresh returned. Throws `cognito_unavailable` (reason `jwks_unreachable`,
   * `jwks_key_unknown`, `jwks_wait`) for what passes, `upstream_error` for an ID token that is not good.
   */
  verifyTokens(unverified: Unverified): Promise<SignedIn>
  /** RevokeToken. A token that is already dead counts as revoked. */
  revoke(refreshToken: string): Promise<void>
  /** GlobalSignOut. Throws `session_expired` where Cognito no longer accepts the token. */
  signOutEverywhere(accessToken: string): Promise<void>
}

/** The Cognito service as the domain sees it. Every failure is an AppError of the catalogue. */
export interface IdentityProvider
  extends SignInPort,
    TokenPort,
    SignUpPort,
    PasswordPort,
    ProfilePort,
    MfaPort {}
