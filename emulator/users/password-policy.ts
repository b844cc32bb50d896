/** Cognito's default password policy, one reason per refusal, the length first. */

import { refusal } from '../errors.ts'

const minimumLength = 8

/** Letters beyond Latin count as characters but fill none of the four classes. */
const rules: readonly (readonly [satisfied: (password: string) => boolean, reason: string])[] = [
  [password => password.length >= minimumLength, 'Password not long enough'],
  [password => /[A-Z]/.test(password), 'Password must have uppercase characters'],
  [password => /[a-z]/.test(password), 'Password must have lowercase characters'],
  [password => /[0-9]/.test(password), 'Password must have numeric characters'],
  [
    password => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/.test(password),
    'Password must have symbol characters'
  ]
]

/** @throws CognitoError InvalidPasswordException */
export function checkPolicy(password: string): void {
  const broken = rules.find(([satisfied]) => !satisfied(password))
  if (broken !== undefined) throw refusal('passwordPolicy', broken[1])
}
