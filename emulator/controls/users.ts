/** `POST /_local/users`: a user without the sign-up. */

import { isEmail } from '../users/attributes.ts'
import { makeUser } from '../users/user.ts'
import { type Control, ControlError } from './control.ts'
import { aFlag, aMap, aText, need, readFields, someTexts } from './read.ts'

const readers = {
  email: aText,
  password: aText,
  confirmed: aFlag,
  attributes: aMap,
  groups: someTexts,
  disabled: aFlag
}

/** The password policy is not asked: tests may want a user that it would refuse. */
export const postUser: Control = (local, { body }) => {
  const given = readFields(readers, body)
  const email = need('email', given.email)
  if (!isEmail(email)) throw new ControlError('"email" must be an e-mail address.')
  if (local.pool.users.find(email) !== undefined) {
    throw new ControlError(`There is a user ${email} already.`)
  }
  const isConfirmed = given.confirmed ?? true
  const user = makeUser({
    password: need('password', given.password),
    status: isConfirmed ? 'CONFIRMED' : 'UNCONFIRMED',
    attributes: Object.entries({
      email,
      email_verified: String(isConfirmed),
      ...given.attributes
    }),
    groups: given.groups ?? [],
    enabled: given.disabled !== true,
    now: local.clock.now()
  })
  local.pool.users.add(user)
  return { status: 201, json: { sub: user.sub, email, status: user.status } }
}
