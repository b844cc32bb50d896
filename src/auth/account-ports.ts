/**
 * What the domain needs for accounts: making one, its password, its attributes, its second factors.
 * Part of the IdentityProvider in ports.ts. Whether a caller may learn that an account exists is
 * decided above these ports: they say what Cognito said.
 */

import type { Delivery } from '../errors.ts'

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
