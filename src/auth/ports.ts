/**
 * What the domain needs from the world. `src/cognito` and `src/session` implement these;
 * the domain itself has no I/O. All instants are milliseconds since the epoch.
 */

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

/** A challenge as Cognito put it; stays on the server, never sent as it is. */
export interface ChallengeIssued {
  readonly kind: 'challenge'
  readonly name: string
  /** Cognito's `Session` string: a secret. */
  readonly session: string
  /** The name to answer with (USER_ID_FOR_SRP), not what the user typed. */
  readonly username: string
  readonly parameters: Readonly<Record<string, string>>
}

/** Raw user attributes by Cognito's names (`sub`, `email`, `email_verified`: 'true', ...). */
export type UserAttributes = Readonly<Record<string, string>>

/** The Cognito service as the domain sees it. Every failure is an AppError of the catalogue. */
export interface IdentityProvider {
  /** Checks a password by the configured flow. */
  signIn(credentials: { email: string; password: string }): Promise<SignedIn | ChallengeIssued>
  /**
   * Exchanges a refresh token; works with and without rotation. Throws `session_expired`
   * (reason `refresh_token_reused`, `refresh_token_revoked`, `refresh_token_expired`, `user_disabled`, ...)
   * only where Cognito says that the token is dead, `cognito_unavailable` for everything passing.
   */
  refresh(refreshToken: string): Promise<SignedIn>
  /** RevokeToken. A token that is already dead counts as revoked. */
  revoke(refreshToken: string): Promise<void>
  /** GlobalSignOut. */
  signOutEverywhere(accessToken: string): Promise<void>
  /** GetUser. Throws `session_expired` where Cognito no longer accepts the token. */
  getUser(accessToken: string): Promise<UserAttributes>
}
