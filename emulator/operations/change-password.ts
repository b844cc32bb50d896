/** ChangePassword: the caller knows the old one. No token is revoked. */

import { refusal } from '../errors.ts'
import { password, token } from '../input/fields.ts'
import { userOf } from '../tokens/access-token.ts'
import { checkNewPassword, isPassword, setPassword } from '../users/passwords.ts'
import { spendAttempt } from '../users/subject.ts'
import { operation } from './operation.ts'

const fields = { AccessToken: token, PreviousPassword: password, ProposedPassword: password }
const changesPerHour = 5

export const changePassword = operation(fields, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  spendAttempt(pool, 'ChangePassword', user.sub, changesPerHour)
  const checks = [
    () => {
      const isRight = isPassword({ id: user.sub, secret: user.secret }, input.PreviousPassword)
      if (!isRight) throw refusal('wrongPassword')
    },
    () => checkNewPassword(pool, user, input.ProposedPassword)
  ]
  if (pool.settings.changePasswordChecksFirst === 'policy') checks.reverse()
  for (const check of checks) check()
  setPassword(pool, user, input.ProposedPassword, 'CONFIRMED')
  return {}
})
