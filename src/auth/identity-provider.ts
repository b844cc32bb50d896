/**
 * What the domain needs from the world. `src/cognito` and `src/session` implement these;
 * the domain itself has no I/O. All instants are milliseconds since the epoch.
 */
import type { Delivery } from '../errors.ts'

export type Clock = () => number

/** The signed-in user: the claims of the ID token, under this service's names. */
export interface User {
  readonly sub: string
  readonly email: string
  readonly emailVerified: boolean
  readonly givenName?: string
  readonly phoneNumber?: string
  readonly phoneNumberVerified?: boolean
  readonly groups: readonly string[]
}

/** Cognito's tokens as stored. The ID token is verified once and dropped: its claims become the User. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** Expiry of the access token by this machine's clock, so that clock skew with Cognito does not matter. */
  readonly accessExpiresAt: number
  /** Kept only where an API route sends it: `CognitoOptions.keepIdTokens`. */
  readonly idToken?: string
}

export interface SignedIn {
  readonly kind: 'signed_in'
  readonly tokens: Tokens
  readonly user: User
}

/**
 * The tokens of a refresh before their ID token is verified. Only the refresh token may be used: it must be stored,
 * because Cognito has invalidated the previous one.
 */
export interface UnverifiedTokens {
  readonly kind: 'unverified'
  /** The new one, or the one that was sent, where Cognito does not rotate. */
  readonly refreshToken: string
  readonly accessToken: string | undefined
  readonly idToken: string | undefined
  /** Lifetime of the access token in seconds. */
  readonly expiresIn: number | undefined
  /** The instant just before the call to Cognito, in ms. */
  readonly requestedAt: number
}

/** The challenges that this service supports, by Cognito's names. Cognito may issue others. */
export const challengeNames = [
  'NEW_PASSWORD_REQUIRED',
  'SOFTWARE_TOKEN_MFA',
  'SMS_MFA',
  'EMAIL_OTP',
  'MFA_SETUP',
  'SELECT_MFA_TYPE'
] as const
export type ChallengeName = (typeof challengeNames)[number]

/** The name, if it is one of `challengeNames`. */
export const knownChallenge = (name: string): ChallengeName | undefined =>
  challengeNames.find(known => known === name)

/** A challenge that Cognito issues before it returns tokens. It never leaves the server: it contains a secret. */
export interface CognitoChallenge {
  readonly kind: 'challenge'
  /** Cognito's name, not necessarily one of `challengeNames`. */
  readonly name: string
  /** Cognito's `Session` string: the secret. */
  readonly session: string
  /** The username for the challenge response (USER_ID_FOR_SRP), not what the user typed. */
  readonly username: string
  /** Where a code was sent. */
  readonly delivery?: Delivery
  /** The factors to choose from at `SELECT_MFA_TYPE`, or to set up at `MFA_SETUP`. */
  readonly choices?: readonly string[]
  /** Attributes, by Cognito's names, that `NEW_PASSWORD_REQUIRED` requires, too. */
  readonly requiredAttributes?: readonly string[]
}

export type ChallengeAnswer =
  /** A code from an authenticator app, a text message or an email; at `MFA_SETUP` the first one of a new app. */
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
  signIn(credentials: Credentials): Promise<SignedIn | CognitoChallenge>
  /**
   * Answers a challenge. Throws `code_mismatch` (the same challenge may be answered again),
   * `code_expired`, `invalid_password`, `challenge_expired` (the login has to begin again), and
   * `challenge_unsupported` where this answer does not fit this challenge.
   */
  respondToChallenge(
    challenge: CognitoChallenge,
    answer: ChallengeAnswer
  ): Promise<SignedIn | CognitoChallenge>
  /**
   * Begins the set-up of an authenticator app for `MFA_SETUP`. Returns its secret, base32, and the challenge to answer
   * with its first code, which replaces the given one.
   */
  beginTotpAtLogin(
    challenge: CognitoChallenge
  ): Promise<{ secret: string; challenge: CognitoChallenge }>
}

/** Refreshing and revoking tokens. */
export interface TokenPort {
  /**
   * Exchanges a refresh token; works with and without rotation. Throws `session_expired`
   * (reason `refresh_token_reused`, `refresh_token_revoked`, `refresh_token_expired`, `user_disabled`, ...)
   * only where Cognito has rejected the token, `cognito_unavailable` for a transient failure. Returns
   * `UnverifiedTokens` where the ID token is invalid, or cannot be verified with the cached keys: the caller stores the
   * refresh token, and then calls `verifyTokens`.
   */
  refresh(refreshToken: string): Promise<SignedIn | UnverifiedTokens>
  /**
   * Verifies the tokens of a refresh. Throws `cognito_unavailable` (reason `jwks_unreachable`,
   * `jwks_key_unknown`, `jwks_wait`) for a transient failure, `upstream_error` for an invalid ID token.
   */
  verifyTokens(unverified: UnverifiedTokens): Promise<SignedIn>
  /** RevokeToken. A token that is already invalid counts as revoked. */
  revoke(refreshToken: string): Promise<void>
  /** GlobalSignOut. Throws `session_expired` where Cognito no longer accepts the token. */
  signOutEverywhere(accessToken: string): Promise<void>
}

/** The user pool as the domain sees it. Every failure is an AppError (src/errors.ts). src/cognito implements it. */
export interface IdentityProvider
  extends SignInPort,
    TokenPort,
    SignUpPort,
    PasswordPort,
    ProfilePort,
    MfaPort {}

/** User attributes by Cognito's names (`sub`, `email`, `email_verified`: 'true', ...). */
export type UserAttributes = Readonly<Record<string, string>>

/** The second factors of Cognito, by its names. */
export const mfaMethods = ['SOFTWARE_TOKEN_MFA', 'SMS_MFA', 'EMAIL_OTP'] as const
export type MfaMethod = (typeof mfaMethods)[number]

/**
 * Creating an account. The ports report what Cognito reports; enumeration-protection.ts decides what a client may learn
 * of it.
 */
export interface SignUpPort {
  /**
   * Creates an account. `confirmed`: the pool confirms accounts automatically; `delivery`: where a code was sent.
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
  /**
   * Returns the codes that were sent because the email or phone number changed. Throws `alias_exists`,
   * `invalid_request`.
   */
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
  /** Switches on exactly these. Throws `invalid_request` (reasons `mfa_not_set_up`, `mfa_choice_refused`). */
  setMfaPreference(accessToken: string, mfa: Mfa): Promise<void>
  /** Returns the secret of a new authenticator app, base32. It is set up once its first code was verified. */
  associateSoftwareToken(accessToken: string): Promise<string>
  /** Throws `code_mismatch`. The factor must still be switched on by `setMfaPreference`. */
  verifySoftwareToken(
    accessToken: string,
    proof: { code: string; friendlyName?: string | undefined }
  ): Promise<void>
}
