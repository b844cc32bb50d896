/** AdminSetUserPassword: a password, for good or to be changed at the next sign-in. */

import { password } from '../input/fields.ts'
import { flag, optional } from '../input/shape.ts'
import { checkNewPassword, setPassword } from '../users/passwords.ts'
import { adminOperation, existing } from './admin.ts'

const fields = { Password: password, Permanent: optional(flag()) }

export const adminSetUserPassword = adminOperation(fields, (pool, username, input) => {
  const user = existing(pool, username)
  checkNewPassword(pool, user, input.Password)
  const status = input.Permanent === true ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD'
  setPassword(pool, user, input.Password, status)
  return {}
})
