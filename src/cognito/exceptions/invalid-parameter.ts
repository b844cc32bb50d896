/**
 * The meanings of InvalidParameterException: what a person typed, what an operator has set, or, where
 * neither can be, a fault of this service.
 */

import type { FieldError } from '../../errors.ts'
import { malformedRule, malformedSentence } from '../password-policy.ts'
import { missesAttribute, refusedAttributes } from '../refused-attributes.ts'
import { about, misconfigured, type Row } from './row.ts'

const refused = {
  says: /schema|format|should be|'username'|attribute|already provided|non-mutable/i,
  code: 'invalid_request',
  reason: 'attributes_refused'
} as const

/** Where Cognito does not say which. */
const unnamed: readonly FieldError[] = [
  { field: 'body', message: 'holds a value that the user pool refuses', code: 'invalid' }
]

/** What no caller can mend: the pool wants other names, other attributes, or wants them unchanged. */
const settingsOfThePool: readonly Row[] = [
  misconfigured('auth_flow', { says: /not enabled for|method not supported/i }),
  misconfigured('sign_in_identifier', {
    says: /configured for .*alias|should be a phone.?number/i
  }),
  misconfigured('trigger', { says: /lambda trigger is not configured/i }),
  misconfigured('required_attribute', {
    at: ['sign_up'],
    says: message => missesAttribute(message, ['email', 'given_name', 'phone_number'])
  }),
  misconfigured('required_attribute', {
    at: ['attributes'],
    says: message =>
      missesAttribute(message, [
        ...['email', 'given_name', 'phone_number'],
        ...['gender', 'address', 'picture']
      ])
  }),
  misconfigured('immutable_attribute', {
    at: ['sign_up', 'attributes'],
    says: /cannot be updated|(non-|not |im)mutable/i
  }),
  misconfigured('schema', { at: ['sign_up', 'attributes'], says: /not exist in the schema/i })
]

export const invalidParameter: readonly Row[] = [
  ...settingsOfThePool,
  {
    at: ['login'],
    says: /\b(user ?name|password|email|phone)/i,
    code: 'invalid_credentials',
    reason: 'malformed_credentials'
  },
  {
    at: ['confirm_sign_up', 'resend'],
    says: /already confirmed/,
    code: 'invalid_request',
    reason: 'already_confirmed',
    detail: 'The account is already confirmed. Log in.',
    errors: about('email', 'is confirmed already')
  },
  {
    at: ['forgot'],
    says: /no registered\/verified/,
    code: 'invalid_request',
    reason: 'reset_not_possible',
    detail: 'The password of this account cannot be reset here.',
    errors: about('email', 'is of an account whose password cannot be reset')
  },
  {
    at: ['confirm_sign_up', 'reset', 'verification', 'totp'],
    says: /'(confirmationCode|code|userCode)'/,
    code: 'code_mismatch',
    reason: 'malformed_code'
  },
  {
    at: ['change_password'],
    says: /'previousPassword'/,
    code: 'invalid_credentials',
    reason: 'malformed_credentials'
  },
  {
    at: ['sign_up', 'reset', 'change_password', 'challenge'],
    says: /'(password|proposedPassword)'|NEW_PASSWORD/,
    code: 'invalid_password',
    reason: 'malformed_password',
    detail: malformedSentence,
    passwordRule: malformedRule
  },
  {
    ...refused,
    at: ['sign_up', 'confirm_sign_up', 'resend', 'forgot', 'reset', 'attributes'],
    errors: message => refusedAttributes(message) ?? unnamed
  },
  {
    ...refused,
    at: ['challenge'],
    errors: message => refusedAttributes(message, 'attributes.') ?? unnamed
  },
  {
    at: ['mfa'],
    says: /delivery config/,
    code: 'invalid_request',
    reason: 'mfa_not_set_up',
    detail: 'Set this method up before it is switched on.',
    errors: about('enabled', 'must hold only methods that are set up')
  },
  {
    at: ['mfa'],
    code: 'invalid_request',
    reason: 'mfa_choice_refused',
    detail: 'This choice of methods is not possible for this account.',
    errors: about('enabled', 'must be a choice that the account can have')
  },
  {
    at: ['verification'],
    code: 'invalid_request',
    reason: 'nothing_to_verify',
    detail: 'There is nothing to verify.',
    errors: about('attribute', 'must be one that waits for verification')
  },
  { code: 'upstream_error', reason: 'invalid_parameter' }
]
