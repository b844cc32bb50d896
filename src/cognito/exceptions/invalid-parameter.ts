/**
 * The meanings of InvalidParameterException: a wrong input of the user, a wrong setting by the operator, or, where
 * neither is possible, a fault of this service.
 */

import { ourName } from '../../auth/attributes.ts'
import type { FieldCode, FieldError, PasswordRule } from '../../errors.ts'
import { type ExceptionRow, fieldError, misconfigured } from './row.ts'

const refusedAttributesRow = {
  message: /schema|format|should be|'username'|attribute|already provided|non-mutable/i,
  code: 'invalid_request',
  reason: 'attributes_refused'
} as const

/** For a message that names no field. */
const unnamedField: readonly FieldError[] = [
  { field: 'body', message: 'contains a value that the user pool rejects', code: 'invalid' }
]

/** Faults that no client can correct: the pool requires other usernames or attributes, or forbids a change. */
const poolSettings: readonly ExceptionRow[] = [
  misconfigured('auth_flow', { message: /not enabled for|method not supported/i }),
  misconfigured('sign_in_identifier', {
    message: /configured for .*alias|should be a phone.?number/i
  }),
  misconfigured('trigger', { message: /lambda trigger is not configured/i }),
  misconfigured('required_attribute', {
    steps: ['sign_up'],
    message: message => requiresOtherAttribute(message, ['email', 'given_name', 'phone_number'])
  }),
  misconfigured('required_attribute', {
    steps: ['attributes'],
    message: message =>
      requiresOtherAttribute(message, [
        ...['email', 'given_name', 'phone_number'],
        ...['gender', 'address', 'picture']
      ])
  }),
  misconfigured('immutable_attribute', {
    steps: ['sign_up', 'attributes'],
    message: /cannot be updated|(non-|not |im)mutable/i
  }),
  misconfigured('schema', { steps: ['sign_up', 'attributes'], message: /not exist in the schema/i })
]

export const invalidParameter: readonly ExceptionRow[] = [
  ...poolSettings,
  {
    steps: ['login'],
    message: /\b(user ?name|password|email|phone)/i,
    code: 'invalid_credentials',
    reason: 'malformed_credentials'
  },
  {
    steps: ['confirm_sign_up', 'resend'],
    message: /already confirmed/,
    code: 'invalid_request',
    reason: 'already_confirmed',
    detail: 'The account is already confirmed. Log in.',
    errors: fieldError('email', 'is confirmed already')
  },
  {
    steps: ['forgot'],
    message: /no registered\/verified/,
    code: 'invalid_request',
    reason: 'reset_not_possible',
    detail: 'The password of this account cannot be reset here.',
    errors: fieldError('email', 'is of an account whose password cannot be reset')
  },
  {
    steps: ['confirm_sign_up', 'reset', 'verification', 'totp'],
    message: /'(confirmationCode|code|userCode)'/,
    code: 'code_mismatch',
    reason: 'malformed_code'
  },
  {
    steps: ['change_password'],
    message: /'previousPassword'/,
    code: 'invalid_credentials',
    reason: 'malformed_credentials'
  },
  {
    steps: ['sign_up', 'reset', 'change_password', 'challenge'],
    message: /'(password|proposedPassword)'|NEW_PASSWORD/,
    code: 'invalid_password',
    reason: 'malformed_password',
    detail: malformedSentence,
    passwordRule: malformedRule
  },
  {
    ...refusedAttributesRow,
    steps: ['sign_up', 'confirm_sign_up', 'resend', 'forgot', 'reset', 'attributes'],
    errors: message => refusedAttributes(message) ?? unnamedField
  },
  {
    ...refusedAttributesRow,
    steps: ['challenge'],
    errors: message => refusedAttributes(message, 'attributes.') ?? unnamedField
  },
  {
    steps: ['mfa'],
    message: /delivery config/,
    code: 'invalid_request',
    reason: 'mfa_not_set_up',
    detail: 'Set up this method before you turn it on.',
    errors: fieldError('enabled', 'must hold only methods that are set up')
  },
  {
    steps: ['mfa'],
    code: 'invalid_request',
    reason: 'mfa_choice_refused',
    detail: 'This choice of methods is not possible for this account.',
    errors: fieldError('enabled', 'must be a choice that the account can have')
  },
  {
    steps: ['verification'],
    code: 'invalid_request',
    reason: 'nothing_to_verify',
    detail: 'There is nothing to verify.',
    errors: fieldError('attribute', 'must be one that waits for verification')
  },
  { code: 'upstream_error', reason: 'invalid_parameter' }
]

/**
 * The pool's password policy. Cognito names one broken rule at a time, after "Password did not conform with policy: ".
 */
const policyRules: readonly PasswordProblem[] = [
  [/not long enough/i, 'The password is too short.', 'too_short'],
  [/uppercase/i, 'The password needs an upper-case letter.', 'needs_uppercase'],
  [/lowercase/i, 'The password needs a lower-case letter.', 'needs_lowercase'],
  [/numeric/i, 'The password needs a digit.', 'needs_digit'],
  [/symbol/i, 'The password needs a symbol.', 'needs_symbol']
]

/** A constraint on passwords, by Cognito's message about it. */
type PasswordProblem = readonly [pattern: RegExp, sentence: string, rule: PasswordRule]

/**
 * The public sentence for the message of an InvalidPasswordException; undefined for an unknown rule, because
 * Cognito's own message is not written for users.
 */
export function policySentence(message: string): string | undefined {
  return policyRules.find(([pattern]) => pattern.test(message))?.[1]
}

/** The rule that the same message names; undefined for an unknown one. */
export function policyRule(message: string): PasswordRule | undefined {
  return policyRules.find(([pattern]) => pattern.test(message))?.[2]
}

/** What the API's model requires of any password: 2 to 256 characters, no space at either end. */
const apiLimits: readonly PasswordProblem[] = [
  [
    /regular expression/,
    'The password is too short, or has a space at its beginning or end.',
    'malformed'
  ],
  [/greater than or equal/, 'The password is too short.', 'too_short'],
  [/less than or equal/, 'The password is too long.', 'too_long']
]

/** The public sentence for an InvalidParameterException about a password; undefined for an unknown constraint. */
export function malformedSentence(message: string): string | undefined {
  return brokenApiLimit(message)?.[1]
}

/** The rule that the same message names; undefined for an unknown one. */
export function malformedRule(message: string): PasswordRule | undefined {
  return brokenApiLimit(message)?.[2]
}

function brokenApiLimit(message: string): PasswordProblem | undefined {
  const [constraint] =
    /'(?:password|proposedPassword)' failed to satisfy constraint: [^;]*/.exec(message) ?? []
  return constraint ? apiLimits.find(([pattern]) => pattern.test(constraint)) : undefined
}

/** What is wrong with an attribute, by Cognito's message about it. */
const attributeProblems: readonly (readonly [pattern: RegExp, message: string, code: FieldCode])[] =
  [
    [/required|missing/, 'is required', 'required'],
    [/does not exist/, 'is not a known field', 'unknown_field'],
    [/already provided/, 'has a value already, which cannot be changed here', 'immutable']
  ]

const wrongFormat = [/^/, 'is not in the right form', 'wrong_format'] as const

/**
 * Whether the message requires an attribute that the client cannot send. Then the request cannot succeed, whatever
 * other attributes it requires.
 */
export function requiresOtherAttribute(message: string, sendable: readonly string[]): boolean {
  return readAttributeMessages(message).some(
    ({ attribute, text }) => /required|missing/.test(text) && !sendable.includes(attribute)
  )
}

/** Attributes by words in messages that do not use the attribute's name. */
const attributeWords: readonly (readonly [pattern: RegExp, attribute: string])[] = [
  [/phone/i, 'phone_number'],
  [/email|username/i, 'email']
]

/**
 * The rejected attributes, as fields of the request's body; undefined where the message names none.
 *
 * @param prefix where the body holds them: `attributes.`, or nothing where each is a field of the body
 */
export function refusedAttributes(message: string, prefix = ''): FieldError[] | undefined {
  const fields = readAttributeMessages(message).map(({ attribute, text }): FieldError => {
    const [, sentence, code] =
      attributeProblems.find(([pattern]) => pattern.test(text)) ?? wrongFormat
    return { field: prefix + ourName(attribute), message: sentence, code }
  })
  return fields.length > 0 ? fields : undefined
}

/** Messages that name one attribute: "Invalid attributes given, name is missing". */
const namedAttribute =
  /already provided (\w+)|attributes? given, (\S+) is missing|non-mutable attribute (\S+)/

/**
 * What a message says of each attribute: one line for each after "Attributes did not conform to the schema: ". Any
 * other message is about one attribute.
 */
function readAttributeMessages(message: string): { attribute: string; text: string }[] {
  const lines = message.split('schema: ')[1]?.matchAll(/^(\S+): (.*)$/gm)
  if (lines) return [...lines].map(([, attribute = '', text = '']) => ({ attribute, text }))
  const attribute =
    namedAttribute.exec(message)?.slice(1).find(Boolean) ??
    attributeWords.find(([pattern]) => pattern.test(message))?.[1]
  return attribute === undefined ? [] : [{ attribute, text: message }]
}
