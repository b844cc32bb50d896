/** The attribute schema of the pool: what exists, what a client may write, what a value must be. */

import { refusal } from '../errors.ts'

const standard = new Set([
  ...['address', 'birthdate', 'email', 'family_name', 'gender', 'given_name', 'locale'],
  ...['middle_name', 'name', 'nickname', 'phone_number', 'picture', 'preferred_username'],
  ...['profile', 'updated_at', 'website', 'zoneinfo']
])

const readOnly = new Set(['sub', 'email_verified', 'phone_number_verified'])

/** Good enough to tell a sign-in name from anything else; the live check is not published. */
const emailShape = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/u
const phoneShape = /^\+[1-9]\d{1,14}$/

export interface Attribute {
  readonly Name: string
  readonly Value: string
}

export function isEmail(value: string): boolean {
  return emailShape.test(value)
}

/**
 * Checks attributes that a client wants to write.
 * @throws CognitoError NotAuthorizedException or InvalidParameterException
 */
export function checkWritable(attributes: readonly Attribute[]): void {
  for (const { Name, Value } of attributes) {
    if (readOnly.has(Name)) throw refusal('unauthorizedAttribute')
    checkKnown(Name)
    if (Name === 'email' && Value !== '' && !isEmail(Value)) throw refusal('emailFormat')
    if (Name === 'phone_number' && Value !== '' && !phoneShape.test(Value)) {
      throw refusal('phoneFormat')
    }
  }
}

function checkKnown(name: string): void {
  if (standard.has(name)) return
  throw refusal('attributeSchema', `${name}: Attribute does not exist in the schema.`)
}

export function toPairs(attributes: readonly Attribute[]): [string, string][] {
  return attributes.map(({ Name, Value }) => [Name, Value])
}
