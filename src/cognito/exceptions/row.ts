/** The rows of the exception table, and the steps of a flow that they tell apart. */

import type { ErrorCode, FieldError, PasswordRule } from '../../errors.ts'

/** Calls before the user is signed in. */
export type AnonymousStep =
  | 'login'
  | 'challenge'
  | 'sign_up'
  | 'confirm_sign_up'
  | 'resend'
  | 'forgot'
  | 'reset'

/** Calls with an access token. */
export const accountSteps = [
  'account',
  'change_password',
  'attributes',
  'verification',
  'totp',
  'mfa'
] as const

/** What a call was for: the same exception of the same operation means different things. */
export type FlowStep = AnonymousStep | 'refresh' | 'revoke' | (typeof accountSteps)[number]

/** One meaning of an exception. */
export interface ExceptionRow {
  /** The steps that the row applies to; all by default. */
  readonly steps?: readonly FlowStep[]
  /** The messages that the row applies to; all by default. */
  readonly message?: RegExp | ((message: string) => boolean)
  readonly code: ErrorCode
  /** For logs and metrics. `misconfigured_x`: an operator has to correct x, at Cognito or in this service. */
  readonly reason: string
  /** A public sentence more precise than that of src/errors.ts. */
  readonly detail?: string | ((message: string) => string | undefined)
  /** For `invalid_password`: the rule that the password breaks. */
  readonly passwordRule?: PasswordRule | ((message: string) => PasswordRule | undefined)
  readonly errors?: (message: string) => readonly FieldError[] | undefined
}

/** `errors` of a row about one field of the request, independent of Cognito's message. */
export const fieldError =
  (field: string, message: string, code: FieldError['code'] = 'invalid') =>
  (): readonly FieldError[] => [{ field, message, code }]

/** A row for a fault that no user can cause and only an operator can correct. */
export function misconfigured(
  what: string,
  match: Pick<ExceptionRow, 'steps' | 'message'> = {}
): ExceptionRow {
  return { ...match, code: 'upstream_error', reason: `misconfigured_${what}` }
}

/** The UserMigration trigger threw. Cognito reports it under the names of other exceptions. */
export const userMigrationMessage = /^Exception migrating user/
