/**
 * The meanings of InvalidParameterException: what a person typed, what an operator has set, or, where
 * neither can be, a fault of this service.
 */

import { ourName } from '../../auth/attributes.ts'
import type { FieldCode, FieldError, PasswordRule } from '../../errors.ts'
import { about, misconfigured, type Row } from './row.ts'

const refused = {
  says: /schema|format|should be|'username'|attribute|already provided|non-mutable/i,
  code: 'invalid_request',
  reason: 'attributes_refused'
} as const

/** Where Cognito does not say which. */
const unnamed: readonly FieldError[] = [
  { field: 'body', message: 'contains a value that the user pool rejects', code: 'invalid' }
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
    detail: 'Set up this method before you turn it on.',
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

// The pool's password policy, and what the API asks of any password: in words for people, and as stable codes.

/** Cognito names one broken rule at a time, after "Password did not conform with policy: ". */
const rules: readonly Rule[] = [
  [/not long enough/i, 'The password is too short.', 'too_short'],
  [/uppercase/i, 'The password needs an upper-case letter.', 'needs_uppercase'],
  [/lowercase/i, 'The password needs a lower-case letter.', 'needs_lowercase'],
  [/numeric/i, 'The password needs a digit.', 'needs_digit'],
  [/symbol/i, 'The password needs a symbol.', 'needs_symbol']
]

type Rule = readonly [says: RegExp, sentence: string, rule: PasswordRule]

/**
 * The sentence for the message of an InvalidPasswordException; undefined for a rule that is not
 * known, because Cognito's own words are not meant for people.
 */
export function policySentence(message: string): string | undefined {
  return rules.find(([says]) => says.test(message))?.[1]
}

/** The rule that the same message names; undefined likewise. */
export function policyRule(message: string): PasswordRule | undefined {
  return rules.find(([says]) => says.test(message))?.[2]
}

/** What the API's model asks before any pool is asked: two characters, neither end a space, 256 at most. */
const limits: readonly Rule[] = [
  [
    /regular expression/,
    'The password is too short, or has a space at its beginning or end.',
    'malformed'
  ],
  [/greater than or equal/, 'The password is too short.', 'too_short'],
  [/less than or equal/, 'The password is too long.', 'too_long']
]

/** The sentence for an InvalidParameterException about a password; undefined where it is not known. */
export function malformedSentence(message: string): string | undefined {
  return brokenLimit(message)?.[1]
}

/** The rule that the same message names; undefined likewise. */
export function malformedRule(message: string): PasswordRule | undefined {
  return brokenLimit(message)?.[2]
}

function brokenLimit(message: string): Rule | undefined {
  const about = /'(?:password|proposedPassword)' failed to satisfy constraint: [^;]*/.exec(message)
  return about ? limits.find(([says]) => says.test(about[0])) : undefined
}

// Which attributes Cognito refuses, read from its messages, as fields of this service's bodies.

/** What is wrong with an attribute, by what Cognito says of it. */
const complaints: readonly (readonly [says: RegExp, message: string, code: FieldCode])[] = [
  [/required|missing/, 'is required', 'required'],
  [/does not exist/, 'is not a known field', 'unknown_field'],
  [/already provided/, 'has a value already, which cannot be changed here', 'immutable']
]

const formComplaint = [/^/, 'is not in the right form', 'wrong_format'] as const

/**
 * Whether the message asks for an attribute that is not among those a caller can send. Where it asks for others
 * as well, sending those would not help.
 */
export function missesAttribute(message: string, sendable: readonly string[]): boolean {
  return refusals(message).some(
    ({ attribute, says }) => /required|missing/.test(says) && !sendable.includes(attribute)
  )
}

/** For messages that use words of their own for an attribute. */
const words: readonly (readonly [says: RegExp, attribute: string])[] = [
  [/phone/i, 'phone_number'],
  [/email|username/i, 'email']
]

/**
 * The refused fields; undefined where the message names none.
 *
 * @param prefix where the body holds them: `attributes.`, or nothing where each is a field of its own
 */
export function refusedAttributes(message: string, prefix = ''): FieldError[] | undefined {
  const fields = refusals(message).map(({ attribute, says }): FieldError => {
    const [, sentence, code] = complaints.find(([pattern]) => pattern.test(says)) ?? formComplaint
    return { field: prefix + ourName(attribute), message: sentence, code }
  })
  return fields.length > 0 ? fields : undefined
}

/** The attribute in messages about one: "Invalid attributes given, name is missing". */
const named =
  /already provided (\w+)|attributes? given, (\S+) is missing|non-mutable attribute (\S+)/

/** "Attributes did not conform to the schema: " goes before a line for each; all else is about one. */
function refusals(message: string): { attribute: string; says: string }[] {
  const lines = message.split('schema: ')[1]?.matchAll(/^(\S+): (.*)$/gm)
  if (lines) return [...lines].map(([, attribute = '', says = '']) => ({ attribute, says }))
  const attribute =
    named.exec(message)?.slice(1).find(Boolean) ?? words.find(([says]) => says.test(message))?.[1]
  return attribute === undefined ? [] : [{ attribute, says: message }]
}
