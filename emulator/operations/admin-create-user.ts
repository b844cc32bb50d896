/** AdminCreateUser: an account with a temporary password, sent to its owner. */

import { refusal } from '../errors.ts'
import { attributes, password } from '../input/fields.ts'
import { list, optional, text } from '../input/shape.ts'
import type { Pool } from '../pool.ts'
import { type Attribute, checkSignInName, checkValues, toPairs } from '../users/attributes.ts'
import { checkPolicy } from '../users/password-policy.ts'
import { makeTemporaryPassword, setPassword } from '../users/passwords.ts'
import { makeUser, type User } from '../users/user.ts'
import { adminOperation, existing } from './admin.ts'

const fields = {
  UserAttributes: optional(attributes),
  TemporaryPassword: optional(password),
  MessageAction: optional(text({ oneOf: ['RESEND', 'SUPPRESS'] })),
  DesiredDeliveryMediums: optional(list(text({ oneOf: ['SMS', 'EMAIL'] })))
}

export const adminCreateUser = adminOperation(fields, (pool, username, input) => {
  const temporary = input.TemporaryPassword ?? makeTemporaryPassword()
  checkPolicy(temporary)
  const isResend = input.MessageAction === 'RESEND'
  const user = isResend
    ? renew(pool, username, temporary)
    : create(pool, username, temporary, input.UserAttributes ?? [])
  if (input.MessageAction !== 'SUPPRESS') {
    const media = input.DesiredDeliveryMediums ?? []
    send(pool, user, temporary, media.includes('SMS') && !media.includes('EMAIL'))
  }
  return { User: describe(user) }
})

function create(pool: Pool, name: string, temporary: string, given: readonly Attribute[]): User {
  checkSignInName(name, given)
  checkValues(given)
  if (pool.users.find(name) !== undefined) throw refusal('usernameExists')
  const user = makeUser({
    password: temporary,
    status: 'FORCE_CHANGE_PASSWORD',
    attributes: [['email', name], ...toPairs(given)],
    now: pool.clock.now()
  })
  pool.users.add(user)
  return user
}

/** RESEND: a new temporary password for somebody who never used the first. */
function renew(pool: Pool, name: string, temporary: string): User {
  const user = existing(pool, name)
  if (user.status !== 'FORCE_CHANGE_PASSWORD') throw refusal('notPending')
  setPassword(pool, user, temporary, 'FORCE_CHANGE_PASSWORD')
  return user
}

/** By SMS only where that is asked for and there is a number; else by e-mail. */
function send(pool: Pool, user: User, temporary: string, bySms: boolean): void {
  const number = bySms ? user.attributes.get('phone_number') : undefined
  pool.outbox.send({
    to: number ?? user.attributes.get('email') ?? '',
    medium: number === undefined ? 'EMAIL' : 'SMS',
    purpose: 'temporary-password',
    code: temporary,
    sentAt: new Date(pool.clock.now()).toISOString()
  })
}

function describe(user: User): object {
  const attributes = [['sub', user.sub] as const, ...user.attributes]
  return {
    Username: user.sub,
    Attributes: attributes.map(([Name, Value]) => ({ Name, Value })),
    UserCreateDate: user.createdAt / 1000,
    UserLastModifiedDate: user.modifiedAt / 1000,
    Enabled: user.enabled,
    UserStatus: user.status
  }
}
