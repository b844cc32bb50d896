/** Changing a user's attributes, and the verification that follows. */

import { codeKey, type Delivery, sendCode } from '../codes/delivery.ts'
import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import type { VerifiableAttribute } from '../settings.ts'
import { type Attribute, checkWritable, isVerifiable } from './attributes.ts'
import { disableFactor } from './factors.ts'
import type { User } from './user.ts'

/**
 * Writes attributes as their owner may.
 * @returns where verification codes went
 * @throws CognitoError NotAuthorizedException, InvalidParameterException, AliasExistsException
 */
export function changeAttributes(
  pool: Pool,
  user: User,
  attributes: readonly Attribute[]
): readonly Delivery[] {
  checkWritable(attributes)
  for (const { Name, Value } of attributes) {
    if (Value === '') checkRemovable(pool, Name)
    else if (Name === 'email') checkAddressFree(pool, user, Value)
  }
  return attributes.flatMap(({ Name, Value }) => change(pool, user, Name, Value))
}

/** @throws CognitoError InvalidParameterException for an attribute every user must have */
export function removeAttributes(pool: Pool, user: User, names: readonly string[]): void {
  for (const name of names) checkRemovable(pool, name)
  for (const name of names) change(pool, user, name, '')
}

/** @throws CognitoError AliasExistsException */
export function checkAddressFree(pool: Pool, user: User, email: string): void {
  const owner = pool.users.find(email)
  if (owner !== undefined && owner !== user) throw refusal('aliasExists', 'email')
}

function change(pool: Pool, user: User, name: string, value: string): readonly Delivery[] {
  const now = pool.clock.now()
  if (!isVerifiable(name)) {
    pool.users.write(user, [[name, value]], now)
    return []
  }
  if (user.attributes.get(name) === value) return []
  // Whatever was on its way proved the value before.
  pool.codes.spend(codeKey('attribute-verification', user, name))
  if (value === '') return forget(pool, user, name)
  if (pool.settings.verifyBeforeUpdate.includes(name)) {
    user.pending.set(name, value)
    return [sendCode(pool, user, 'attribute-verification', name, value)]
  }
  const changes = [
    [name, value],
    [`${name}_verified`, 'false']
  ] as const
  pool.users.write(user, changes, now)
  const sends = pool.settings.autoVerify.includes(name)
  return sends ? [sendCode(pool, user, 'attribute-verification', name)] : []
}

function forget(pool: Pool, user: User, name: VerifiableAttribute): readonly Delivery[] {
  pool.users.write(
    user,
    [
      [name, ''],
      [`${name}_verified`, '']
    ],
    pool.clock.now()
  )
  user.pending.delete(name)
  disableFactor(user.factors, name === 'email' ? 'EMAIL_OTP' : 'SMS_MFA')
  return []
}

function checkRemovable({ settings }: Pool, name: string): void {
  if (!settings.requiredAttributes.includes(name) && name !== 'email') return
  throw refusal('attributeSchema', `${name}: The attribute is required`)
}
