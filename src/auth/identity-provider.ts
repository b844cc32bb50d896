/**
 * What the domain needs from the world. `src/cognito` and `src/session` implement these;
 * the domain itself has no I/O. All instants are milliseconds since the epoch.
 */
import type { Delivery } from '../errors.ts'

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
export interface UnverifiedTokens {
  readonly kind: 'unverified'
  /** The new one, or the one that was sent where Cognito does not rotate. */
  readonly refreshToken: string
  readonly accessToken: string | undefined
  readonly idToken: string | undefined
  /** Life of the access token in seconds. */
  readonly expiresIn: number | undefined
  /** The instant just before Cognito was asked, in ms. */
  readonly requestedAt: number
}

/** The challenges that users can answer here, by Cognito's names. Cognito may issue others. */
export const challengeNames = [
  'NEW_PASSWORD_REQUIRED',
  'SOFTWARE_TOKEN_MFA',
  'SMS_MFA',
  'EMAIL_OTP',
  'MFA_SETUP',
  'SELECT_MFA_TYPE'
] as const
export type ChallengeName = (typeof challengeNames)[number]

/** Undefined for a challenge that users cannot answer here. */
export const knownChallenge = (name: string): ChallengeName | undefined =>
  challengeNames.find(known => known === name)

/** A step that Cognito asks for before it gives tokens. Stays on the server: it holds a secret. */
export interface ChallengeIssued {
  readonly kind: 'challenge'
  /** Cognito's name of it; perhaps none of `challengeNames`. */
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

/** What a user types to sign in. */
export interface Credentials {
  readonly email: string
  readonly password: string
}

/** Signing in: the password, and the challenges after it. */
export interface SignInPort {
  /**
   * Checks a password by the configured flow. Throws `invalid_credentials`, `user_not_confirmed`,
   * `password_reset_required`, `attempt_limit_exceeded`.
   */
  signIn(credentials: Credentials): Promise<SignedIn | ChallengeIssued>
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
  refresh(refreshToken: string): Promise<SignedIn | UnverifiedTokens>
  /**
   * Verifies what a refresh returned. Throws `cognito_unavailable` (reason `jwks_unreachable`,
   * `jwks_key_unknown`, `jwks_wait`) for what passes, `upstream_error` for an ID token that is not good.
   */
  verifyTokens(unverified: UnverifiedTokens): Promise<SignedIn>
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

// What the domain needs for accounts: making one, its password, its attributes, its second factors.
// Part of the IdentityProvider in ports.ts. Whether a caller may learn that an account exists is
// decided above these ports: they say what Cognito said.

/** User attributes by Cognito's names (`sub`, `email`, `email_verified`: 'true', ...). */
export type UserAttributes = Readonly<Record<string, string>>

/** The second factors of Cognito, by its names. */
export const mfaMethods = ['SOFTWARE_TOKEN_MFA', 'SMS_MFA', 'EMAIL_OTP'] as const
export type MfaMethod = (typeof mfaMethods)[number]

export interface SignUpPort {
  /**
   * Makes an account. `confirmed` where the pool confirms by itself; `delivery` where a code went.
   * Throws `email_exists`, `invalid_password`, `invalid_request` with the field's name.
   */
  signUp(account: {
    email: string
    password: string
    attributes: UserAttributes
  }): Promise<{ confirmed: boolean; delivery: Delivery | undefined }>
  /**
   * Throws `code_mismatch`, `code_expired`, `alias_exists`, `email_not_found`, and `invalid_request`
   * (reason `already_confirmed`).
   */
  confirmSignUp(proof: { email: string; code: string }): Promise<void>
  /** Throws `email_not_found`, and `invalid_request` (reason `already_confirmed`). */
  resendConfirmationCode(email: string): Promise<Delivery | undefined>
}

export interface PasswordPort {
  /** Throws `email_not_found`, and `invalid_request` (reason `reset_not_possible`). */
  forgotPassword(email: string): Promise<Delivery | undefined>
  /** Throws `code_mismatch`, `code_expired`, `invalid_password`, `email_not_found`, `user_not_confirmed`. */
  confirmForgotPassword(proof: { email: string; code: string; newPassword: string }): Promise<void>
  /** Throws `invalid_credentials` for the current password, `invalid_password` for the new one. */
  changePassword(
    accessToken: string,
    passwords: { currentPassword: string; newPassword: string }
  ): Promise<void>
}

export interface ProfilePort {
  /** Throws `session_expired` where Cognito no longer accepts the token, as do all that take one. */
  getUser(accessToken: string): Promise<UserAttributes>
  /** The codes that went out because an address changed. Throws `alias_exists`, `invalid_request`. */
  updateAttributes(
    accessToken: string,
    attributes: UserAttributes
  ): Promise<readonly { attribute: string; delivery: Delivery }[]>
  deleteAttributes(accessToken: string, names: readonly string[]): Promise<void>
  /** Sends a code to `email` or `phone_number`. */
  getAttributeVerificationCode(
    accessToken: string,
    attribute: string
  ): Promise<Delivery | undefined>
  /** Throws `code_mismatch`, `code_expired`, `alias_exists`. */
  verifyAttribute(accessToken: string, attribute: string, code: string): Promise<void>
  deleteUser(accessToken: string): Promise<void>
}

export interface Mfa {
  readonly enabled: readonly MfaMethod[]
  readonly preferred: MfaMethod | undefined
}

export interface MfaPort {
  getMfa(accessToken: string): Promise<Mfa>
  /** Leaves exactly these on. Throws `invalid_request` (reasons `mfa_not_set_up`, `mfa_choice_refused`). */
  setMfaPreference(accessToken: string, mfa: Mfa): Promise<void>
  /** The secret of a new authenticator, base32. It counts from its first code on. */
  associateSoftwareToken(accessToken: string): Promise<string>
  /** Throws `code_mismatch`. The authenticator still has to be switched on by `setMfaPreference`. */
  verifySoftwareToken(
    accessToken: string,
    proof: { code: string; friendlyName?: string | undefined }
  ): Promise<void>
}
