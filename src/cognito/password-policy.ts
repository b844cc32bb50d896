/** The pool's password policy, and what the API asks of any password, in words for people. */

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

/** What the API's model asks before any pool is asked: two characters, neither end a space, 256 at most. */
const limits: readonly (readonly [says: RegExp, sentence: string])[] = [
  [/regular expression/, 'The password is too short, or has a space at its beginning or end.'],
  [/greater than or equal/, 'The password is too short.'],
  [/less than or equal/, 'The password is too long.']
]

/** The sentence for an InvalidParameterException about a password; undefined where it is not known. */
export function malformedSentence(message: string): string | undefined {
  const about = /'(?:password|proposedPassword)' failed to satisfy constraint: [^;]*/.exec(message)
  return about ? limits.find(([says]) => says.test(about[0]))?.[1] : undefined
}
