/** The vocabulary of the exception table. */

import type { ErrorCode, FieldError, PasswordRule } from '../../errors.ts'

/** The flows of someone who is not signed in yet. */
export type AnonymousStep =
  | 'login'
  | 'challenge'
  | 'sign_up'
  | 'confirm_sign_up'
  | 'resend'
  | 'forgot'
  | 'reset'

/** Calls that carry an access token. */
export const accountSteps = [
  'account',
  'change_password',
  'attributes',
  'verification',
  'totp',
  'mfa'
] as const

/** What a call was for: the same exception of the same operation means different things. */
export type Step = AnonymousStep | 'refresh' | 'revoke' | (typeof accountSteps)[number]

/** One meaning of an exception. */
export interface Row {
  /** The steps this row is about; all of them by default. */
  readonly at?: readonly Step[]
  /** What Cognito's message says; anything by default. */
  readonly says?: RegExp | ((message: string) => boolean)
  readonly code: ErrorCode
  /** For logs and metrics. `misconfigured_x`: an operator has to mend x, at Cognito or here. */
  readonly reason: string
  /** A public sentence better than the catalogue's. */
  readonly detail?: string | ((message: string) => string | undefined)
  /** For `invalid_password`: which rule is broken. */
  readonly passwordRule?: PasswordRule | ((message: string) => PasswordRule | undefined)
  readonly errors?: (message: string) => readonly FieldError[] | undefined
}

/** For what is wrong with one field of the request, whatever Cognito's words for it are. */
export const about =
  (field: string, message: string, code: FieldError['code'] = 'invalid') =>
  (): readonly FieldError[] => [{ field, message, code }]

/** A row for what no user can cause and only an operator can mend. */
export function misconfigured(what: string, when: Pick<Row, 'at' | 'says'> = {}): Row {
  return { ...when, code: 'upstream_error', reason: `misconfigured_${what}` }
}
