/** What can be configured about the pool and its one app client, with the defaults it starts with. */

export const region = 'us-east-1'
export const poolName = 'Local0001'
export const userPoolId = `${region}_${poolName}`
export const clientId = 'localclient0000000000000001'

/** What tokens carry as `iss`: the real address, as behind a VPC endpoint, not the local one. */
export const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`

export type VerifiableAttribute = 'email' | 'phone_number'

export interface PoolSettings {
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
  userPasswordAuth: boolean
  /** The hourly caps per user on codes and password changes. */
  attemptCaps: boolean
}

const day = 86_400

export function defaultSettings(): PoolSettings {
  return {
    accessTokenSeconds: 3600,
    refreshTokenSeconds: 30 * day,
    refreshRotation: false,
    retryGraceSeconds: 0,
    preventUserExistenceErrors: true,
    mfa: 'off',
    clientSecret: null,
    lockout: true,
    authSessionSeconds: 180,
    autoVerify: ['email'],
    userPasswordAuth: true,
    attemptCaps: true
  }
}
