/** `POST /_local/users`: a user without the sign-up. */

import { isEmail } from '../users/attributes.ts'
import { adoptTotp, enableFactor } from '../users/factors.ts'
import { isTotpSecret } from '../users/totp.ts'
import { makeUser, type UserStatus } from '../users/user.ts'
import { type Control, ControlError } from './control.ts'
import { aFlag, aMap, aText, need, readFields, someTexts } from './read.ts'

const readers = {
  email: aText,
  password: aText,
  confirmed: aFlag,
  attributes: aMap,
  groups: someTexts,
  temporary: aFlag,
  disabled: aFlag,
  totpSecret: aText
}

/** The password policy is not asked: tests may want a user that it would refuse. */
export const postUser: Control = (local, { body }) => {
  const given = readFields(readers, body)
  const email = need('email', given.email)
  if (!isEmail(email)) throw new ControlError('"email" must be an e-mail address.')
  if (local.pool.users.find(email) !== undefined) {
    throw new ControlError(`There is a user ${email} already.`)
  }
  const { totpSecret, temporary = false, confirmed = true } = given
  if (totpSecret !== undefined && !isTotpSecret(totpSecret)) {
    throw new ControlError('"totpSecret" must be 16 or more characters of base32.')
  }
  const user = makeUser({
    password: need('password', given.password),
    status: statusOf(temporary, confirmed),
    attributes: Object.entries({
      email,
      email_verified: String(confirmed),
      ...given.attributes
    }),
    groups: given.groups ?? [],
    enabled: given.disabled !== true,
    now: local.clock.now()
  })
  if (totpSecret !== undefined) {
    adoptTotp(user.factors, totpSecret)
    enableFactor(user.factors, 'SOFTWARE_TOKEN_MFA')
  }
  local.pool.users.add(user)
  return { status: 201, json: { sub: user.sub, email, status: user.status } }
}

function statusOf(isTemporary: boolean, isConfirmed: boolean): UserStatus {
  if (!isConfirmed) return 'UNCONFIRMED'
  return isTemporary ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED'
}
