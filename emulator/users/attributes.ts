/** The attribute schema of the pool: what exists, what a client may write, what a value must be. */

import { refusal } from '../errors.ts'
import type { VerifiableAttribute } from '../settings.ts'

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

export function isVerifiable(name: string): name is VerifiableAttribute {
  return name === 'email' || name === 'phone_number'
}

/** @throws CognitoError InvalidParameterException for what no code can be sent to */
export function checkVerifiable(name: string): VerifiableAttribute {
  if (isVerifiable(name)) return name
  throw refusal('attributeSchema', `${name}: The attribute cannot be verified.`)
}

export function isEmail(value: string): boolean {
  return emailShape.test(value)
}

/**
 * Checks attributes that a client wants to write.
 * @throws CognitoError NotAuthorizedException or InvalidParameterException
 */
export function checkWritable(attributes: readonly Attribute[]): void {
  if (attributes.some(({ Name }) => readOnly.has(Name))) throw refusal('unauthorizedAttribute')
  checkValues(attributes)
}

/** The same for an administrator, who may also say what is verified. */
export function checkValues(attributes: readonly Attribute[]): void {
  for (const { Name, Value } of attributes) {
    checkKnown(Name)
    if (Name === 'email' && Value !== '' && !isEmail(Value)) throw refusal('emailFormat')
    if (Name === 'phone_number' && Value !== '' && !phoneShape.test(Value)) {
      throw refusal('phoneFormat')
    }
  }
}

/**
 * The username of this pool is the e-mail address, kept as it was typed.
 * @throws CognitoError InvalidParameterException
 */
export function checkSignInName(username: string, given: readonly Attribute[]): void {
  if (!isEmail(username)) throw refusal('usernameNotEmail')
  const email = given.find(({ Name }) => Name === 'email')?.Value ?? ''
  const isSame = email.toLowerCase() === username.toLowerCase()
  if (email !== '' && !isSame) throw refusal('emailNotUsername')
}

function checkKnown(name: string): void {
  if (standard.has(name) || (readOnly.has(name) && name !== 'sub')) return
  throw refusal('attributeSchema', `${name}: Attribute does not exist in the schema.`)
}

export function toPairs(attributes: readonly Attribute[]): [string, string][] {
  return attributes.map(({ Name, Value }) => [Name, Value])
}
