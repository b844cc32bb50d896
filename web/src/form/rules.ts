/** What is checked before anything is sent, in plain words. The service has the last word. */

/** Gives what is wrong with a value, or undefined. `values` are the other fields of the form. */
export type Rule = (value: string, values: Values) => string | undefined
export type Rules = Readonly<Record<string, Rule>>
export type Values = Readonly<Record<string, string>>

export const given =
  (sentence: string): Rule =>
  value =>
    value === '' ? sentence : undefined

export const email: Rule = value => {
  if (value === '') return 'Enter your email address.'
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)
    ? undefined
    : 'Enter an email address like name@example.com.'
}

/** E.164: a plus sign, a country code, at most 15 digits. */
export const phone: Rule = value => {
  if (value === '' || /^\+[1-9]\d{6,14}$/.test(plainPhone(value))) return
  return 'Start with a plus sign and the country code.'
}

/** Cognito's codes have six digits; those it sends by email at a login may have eight. */
export const code: Rule = value => {
  if (value === '') return 'Enter the code.'
  return /^(\d{6}|\d{8})$/.test(plainCode(value)) ? undefined : 'A code has six or eight digits.'
}

/** The pool alone knows its policy: the service says what is missing. */
export const newPassword = given('Choose a password.')

/** People write numbers with spaces, brackets, dashes and a double zero. */
export function plainPhone(value: string): string {
  return value.replace(/[\s().\-/]/g, '').replace(/^00/, '+')
}

/** Codes are pasted with spaces. */
export function plainCode(value: string): string {
  return value.replace(/[\s-]/g, '')
}
