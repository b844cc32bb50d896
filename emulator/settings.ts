/** What can be configured about the pool and its one app client, with the defaults it starts with. */

import type { Medium } from './codes/outbox.ts'
import type { Triggers } from './triggers.ts'
import { defaultUnknowns, type Unknowns } from './unknowns.ts'

export const region = 'us-east-1'
export const poolName = 'Local0001'
export const userPoolId = `${region}_${poolName}`
export { clientId } from './pool-id.ts'

/** What tokens carry as `iss`: the real address, as behind a VPC endpoint, not the local one. */
export const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`

export type VerifiableAttribute = 'email' | 'phone_number'

/** The second factors, by the names Cognito lists them under. */
export type Factor = 'SOFTWARE_TOKEN_MFA' | 'SMS_MFA' | 'EMAIL_OTP'

/** The factors a choice-based sign-in (USER_AUTH) may begin with, as `AllowedFirstAuthFactors` lists them. */
export const firstFactors = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] as const
export type FirstFactor = (typeof firstFactors)[number]

export interface PoolSettings extends Unknowns {
  /** Life of access and ID tokens. */
  accessTokenSeconds: number
  refreshTokenSeconds: number
  /** Each refresh issues a new refresh token and retires the one it used. */
  refreshRotation: boolean
  /** How long a retired refresh token may still be used, 0-60. */
  retryGraceSeconds: number
  preventUserExistenceErrors: boolean
  mfa: 'off' | 'optional' | 'on'
  /** null: a public client. */
  clientSecret: string | null
  /** The growing lock after wrong passwords. */
  lockout: boolean
  /** Life of a challenge's Session string. */
  authSessionSeconds: number
  /** Attributes that get a code by themselves on sign-up and on change. */
  autoVerify: readonly VerifiableAttribute[]
  /** A PreSignUp trigger confirms every account at once. */
  autoConfirm: boolean
  /** Where recovery codes go, the first choice first; none: only administrators reset. */
  recovery: readonly VerifiableAttribute[]
  /** The media by which nothing can be delivered. */
  failingDeliveries: readonly Medium[]
  userPasswordAuth: boolean
  /** The client's ALLOW_USER_AUTH: choice-based sign-in. */
  userAuth: boolean
  allowedFirstFactors: readonly FirstFactor[]
  /** The relying party of passkeys: a domain, no origin. null: not configured. */
  relyingPartyId: string | null
  passkeyUserVerification: 'preferred' | 'required'
  /** FactorConfiguration MULTI_FACTOR_WITH_USER_VERIFICATION: a passkey satisfies required MFA. */
  passkeyIsMultiFactor: boolean
  /** The hourly caps per user on codes and password changes. */
  attemptCaps: boolean
  /** ForgotPassword and ConfirmForgotPassword together; Cognito allows 5 to 20, by risk. */
  recoveryAttemptsPerHour: number
  /** Only AdminCreateUser makes users. */
  adminCreateUserOnly: boolean
  /** What a user must have; NEW_PASSWORD_REQUIRED asks for what is missing. */
  requiredAttributes: readonly string[]
  /** A change of these waits until the new value is verified. */
  verifyBeforeUpdate: readonly VerifiableAttribute[]
  /** How many passwords, the current one included, may not be used again; 0-24. */
  passwordHistorySize: number
  temporaryPasswordDays: number
  /** Lambda triggers that fail. */
  triggers: Triggers
}

const day = 86_400

export function defaultSettings(): PoolSettings {
  return {
    accessTokenSeconds: 3600,
    refreshTokenSeconds: 30 * day,
    refreshRotation: false,
    retryGraceSeconds: 0,
    preventUserExistenceErrors: true,
    mfa: 'optional',
    clientSecret: null,
    lockout: true,
    authSessionSeconds: 180,
    autoVerify: ['email'],
    autoConfirm: false,
    recovery: ['email', 'phone_number'],
    failingDeliveries: [],
    userPasswordAuth: true,
    userAuth: true,
    allowedFirstFactors: [...firstFactors],
    relyingPartyId: 'localhost',
    passkeyUserVerification: 'preferred',
    passkeyIsMultiFactor: false,
    attemptCaps: true,
    recoveryAttemptsPerHour: 10,
    adminCreateUserOnly: false,
    requiredAttributes: ['email'],
    verifyBeforeUpdate: [],
    passwordHistorySize: 0,
    temporaryPasswordDays: 7,
    triggers: {},
    ...defaultUnknowns()
  }
}
