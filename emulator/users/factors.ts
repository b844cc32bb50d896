/** A user's second factors. */

import type { Factor, PoolSettings } from '../settings.ts'

export interface Factors {
  /** Set once VerifySoftwareToken saw a right code. */
  totp: { readonly secret: string; lastStep: number } | undefined
  /** Set by AssociateSoftwareToken, waiting for that code. */
  pendingTotp: string | undefined
  readonly enabled: Set<Factor>
  preferred: Factor | undefined
}

/** Of a user, what second factors hang on. */
interface Holder {
  readonly factors: Factors
  readonly attributes: ReadonlyMap<string, string>
}

export function noFactors(): Factors {
  return { totp: undefined, pendingTotp: undefined, enabled: new Set(), preferred: undefined }
}

/** Takes a verified TOTP secret into use; `prefer` where no other factor is preferred. */
export function adoptTotp(factors: Factors, secret: string): void {
  factors.totp = { secret, lastStep: -1 }
  factors.pendingTotp = undefined
}

export function enableFactor(factors: Factors, factor: Factor): void {
  factors.enabled.add(factor)
  factors.preferred ??= factor
}

export function disableFactor(factors: Factors, factor: Factor): void {
  factors.enabled.delete(factor)
  if (factors.preferred === factor) factors.preferred = undefined
}

/** Whether a factor could be used: a TOTP secret, or somewhere to send a code. */
export function isReady({ factors, attributes }: Holder, factor: Factor): boolean {
  if (factor === 'SOFTWARE_TOKEN_MFA') return factors.totp !== undefined
  return attributes.has(factor === 'SMS_MFA' ? 'phone_number' : 'email')
}

/** The factors a sign-in asks one of; none where the pool has MFA off. */
export function activeFactors({ mfa }: PoolSettings, user: Holder): readonly Factor[] {
  if (mfa === 'off') return []
  return [...user.factors.enabled].filter(factor => isReady(user, factor))
}

/** As GetUser tells them. */
export function describeFactors({ factors }: Holder): object {
  const { enabled, preferred } = factors
  if (enabled.size === 0) return {}
  const list = { UserMFASettingList: [...enabled] }
  return preferred === undefined ? list : { ...list, PreferredMfaSetting: preferred }
}
