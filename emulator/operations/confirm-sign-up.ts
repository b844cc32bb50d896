/** ConfirmSignUp: the code of a sign-up comes back. */

import { codeKey } from '../codes/delivery.ts'
import { refusal } from '../errors.ts'
import { clientIdField, confirmationCode, secretHash, username } from '../input/fields.ts'
import { optional } from '../input/shape.ts'
import { checkClientHash } from '../sign-in/client.ts'
import { trigger } from '../triggers.ts'
import { subjectOf } from '../users/subject.ts'
import { operation } from './operation.ts'

const fields = {
  ClientId: clientIdField,
  Username: username,
  ConfirmationCode: confirmationCode,
  SecretHash: optional(secretHash)
}

const triesPerHour = 15

export const confirmSignUp = operation(fields, (pool, input) => {
  checkClientHash(pool, input.ClientId, input.Username, input.SecretHash)
  const { user, spend } = subjectOf(pool, input.Username)
  spend('ConfirmSignUp', triesPerHour)
  if (user === undefined) throw refusal('codeMismatch')
  if (user.status !== 'UNCONFIRMED') throw refusal('alreadyConfirmed')
  const key = codeKey('sign-up', user)
  const now = pool.clock.now()
  const { attribute } = pool.codes.check(key, input.ConfirmationCode, now)
  pool.codes.spend(key)
  user.status = 'CONFIRMED'
  pool.users.write(user, [[`${attribute}_verified`, 'true']], now)
  // The account stays confirmed when this fails.
  trigger(pool, 'PostConfirmation', user)
  return {}
})
