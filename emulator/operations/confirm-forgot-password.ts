/** ConfirmForgotPassword: the code and a new password. No token is revoked. */

import { codeKey } from '../codes/delivery.ts'
import { refusal } from '../errors.ts'
import { clientIdField, confirmationCode, password, secretHash, username } from '../input/fields.ts'
import { optional } from '../input/shape.ts'
import { checkClientHash } from '../sign-in/client.ts'
import { trigger } from '../triggers.ts'
import { checkPolicy } from '../users/password-policy.ts'
import { checkNewPassword, setPassword } from '../users/passwords.ts'
import { subjectOf } from '../users/subject.ts'
import { operation } from './operation.ts'

const fields = {
  ClientId: clientIdField,
  Username: username,
  ConfirmationCode: confirmationCode,
  Password: password,
  SecretHash: optional(secretHash)
}

/** The policy comes first: it says the same whoever the name belongs to. */
export const confirmForgotPassword = operation(fields, (pool, input) => {
  checkClientHash(pool, input.ClientId, input.Username, input.SecretHash)
  checkPolicy(input.Password)
  const { user, spend } = subjectOf(pool, input.Username)
  spend('Recovery', pool.settings.recoveryAttemptsPerHour)
  if (user?.enabled !== true) throw refusal('codeMismatch')
  const key = codeKey('forgot-password', user)
  const now = pool.clock.now()
  const { attribute } = pool.codes.check(key, input.ConfirmationCode, now)
  checkNewPassword(pool, user, input.Password)
  const { resetTriggerRuns } = pool.settings
  if (resetTriggerRuns === 'before') trigger(pool, 'PostConfirmation', user)
  pool.codes.spend(key)
  setPassword(pool, user, input.Password, 'CONFIRMED')
  pool.users.write(user, [[`${attribute}_verified`, 'true']], now)
  if (resetTriggerRuns === 'after') trigger(pool, 'PostConfirmation', user)
  return {}
})
