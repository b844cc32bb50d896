/**
 * What the service answers, in the form that openapi-typescript gives to an OpenAPI document. Written from
 * the HTTP contract; nothing but types, so that a generated file can take its place.
 */

interface Json<T> {
  content: { 'application/json': T }
}

interface Image {
  content: { 'image/jpeg': Blob; 'image/png': Blob; 'image/webp': Blob }
}

interface Nothing {
  content?: never
}

interface Delivery {
  medium: 'EMAIL' | 'SMS'
  /** Masked: `a***@e***`. */
  destination: string
}

interface User {
  sub: string
  email: string
  emailVerified: boolean
  givenName?: string
  phoneNumber?: string
  phoneNumberVerified?: boolean
  groups: string[]
}

interface ActiveSession {
  authenticated: true
  user: User
  createdAt: string
  /** End of the session, whatever the activity. */
  expiresAt: string
  /** End of the session, if nothing is done until then. */
  idleExpiresAt: string
  authenticatedAt: string
}

interface Challenge {
  name: string
  delivery?: Delivery
  choices?: string[]
  requiredAttributes?: string[]
  expiresAt: string
  /** MFA_SETUP only, and only once. */
  secret?: string
  /** MFA_SETUP only, and only once. */
  otpauthUri?: string
}

type Login =
  | { status: 'authenticated'; session: ActiveSession }
  | { status: 'challenge'; challenge: Challenge }

interface Address {
  streetAddress: string | null
  region: string | null
  country: string | null
  postalCode: string | null
}

interface Profile {
  sub: string
  email: string | null
  emailVerified: boolean
  givenName: string | null
  phoneNumber: string | null
  phoneNumberVerified: boolean
  gender: string | null
  address: Address | null
  picture: string | null
}

type Verifiable = 'email' | 'phoneNumber'

interface Mfa {
  enabled: string[]
  preferred: string | null
  available: string[]
}

interface SessionSummary {
  id: string
  current: boolean
  createdAt: string
  lastSeenAt: string
  ip: string
  userAgent: string
}

interface ChallengeAnswer {
  name: string
  code?: string
  choice?: string
  newPassword?: string
  attributes?: Record<string, string>
}

type ProfileChange = Partial<
  Pick<Profile, 'givenName' | 'phoneNumber' | 'gender' | 'picture'> & {
    email: string
    address: Partial<Address> | null
  }
>

interface Call<Body, Status extends number, Answer> {
  requestBody: Json<Body>
  responses: Record<Status, Answer extends Nothing ? Nothing : Json<Answer>>
}

interface Plain<Status extends number, Answer> {
  requestBody?: never
  responses: Record<Status, Answer extends Nothing ? Nothing : Json<Answer>>
}

export interface paths {
  '/auth/signup': {
    post: Call<
      { email: string; password: string; givenName: string; phoneNumber?: string },
      201,
      { status: 'confirmation_required' | 'confirmed'; delivery?: Delivery }
    >
  }
  '/auth/signup/confirm': {
    post: Call<{ email: string; code: string }, 200, { status: 'confirmed' }>
  }
  '/auth/signup/resend': { post: Call<{ email: string }, 202, { delivery: Delivery }> }
  '/auth/login': { post: Call<{ email: string; password: string }, 200, Login> }
  '/auth/login/challenge': { post: Call<ChallengeAnswer, 200, Login> }
  '/auth/session': { get: Plain<200, ActiveSession | { authenticated: false }> }
  '/auth/logout': { post: Plain<204, Nothing> }
  '/auth/logout/all': { post: Plain<204, Nothing> }
  '/auth/profile': {
    get: Plain<200, Profile>
    patch: Call<
      ProfileChange,
      200,
      { profile: Profile; verification: { attribute: Verifiable; delivery: Delivery }[] }
    >
  }
  '/auth/profile/verification': {
    post: Call<{ attribute: Verifiable }, 202, { delivery: Delivery }>
  }
  '/auth/profile/verification/confirm': {
    post: Call<{ attribute: Verifiable; code: string }, 200, { profile: Profile }>
  }
  '/auth/profile/photo': {
    put: { requestBody: Image; responses: { 200: Json<{ picture: string }> } }
    delete: Plain<204, Nothing>
  }
  '/auth/password/change': {
    post: Call<{ currentPassword: string; newPassword: string }, 204, Nothing>
  }
  '/auth/password/forgot': { post: Call<{ email: string }, 202, { delivery: Delivery }> }
  '/auth/password/reset': {
    post: Call<{ email: string; code: string; newPassword: string }, 204, Nothing>
  }
  '/auth/sessions': { get: Plain<200, { sessions: SessionSummary[] }> }
  '/auth/sessions/{id}': { delete: Plain<204, Nothing> }
  '/auth/mfa': {
    get: Plain<200, Mfa>
    put: Call<{ enabled: string[]; preferred: string | null }, 200, Mfa>
  }
  '/auth/mfa/totp': { post: Plain<200, { secret: string; otpauthUri: string }> }
  '/auth/mfa/totp/confirm': { post: Call<{ code: string; friendlyName?: string }, 200, Mfa> }
  '/auth/account/delete': { post: Call<{ password: string }, 204, Nothing> }
}
