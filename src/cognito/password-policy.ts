/** The pool's password policy, and what the API asks of any password: in words for people, and as stable codes. */
import type { PasswordRule } from '../errors.ts'

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
