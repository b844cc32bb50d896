/** The pool's password policy in words for people. */

/** Cognito names one broken rule at a time, after "Password did not conform with policy: ". */
const rules: readonly (readonly [says: RegExp, sentence: string])[] = [
  [/not long enough/i, 'The password is too short.'],
  [/uppercase/i, 'The password needs an upper-case letter.'],
  [/lowercase/i, 'The password needs a lower-case letter.'],
  [/numeric/i, 'The password needs a digit.'],
  [/symbol/i, 'The password needs a symbol.']
]

/**
 * The sentence for the message of an InvalidPasswordException; undefined for a rule that is not
 * known, because Cognito's own words are not meant for people.
 */
export function policySentence(message: string): string | undefined {
  return rules.find(([says]) => says.test(message))?.[1]
}
