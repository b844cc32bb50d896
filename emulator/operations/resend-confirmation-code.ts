/** ResendConfirmationCode: a new code for a sign-up; the one before is void. */

import { describe, sendCode, signUpChannel } from '../codes/delivery.ts'
import { refusal } from '../errors.ts'
import { clientIdField, secretHash, username } from '../input/fields.ts'
import { optional } from '../input/shape.ts'
import { checkClientHash } from '../sign-in/client.ts'
import { subjectOf } from '../users/subject.ts'
import { operation } from './operation.ts'

const fields = {
  ClientId: clientIdField,
  Username: username,
  SecretHash: optional(secretHash)
}

const resendsPerHour = 5

export const resendConfirmationCode = operation(fields, (pool, input) => {
  checkClientHash(pool, input.ClientId, input.Username, input.SecretHash)
  const { user, spend } = subjectOf(pool, input.Username)
  spend('ResendConfirmationCode', resendsPerHour)
  if (pool.settings.autoVerify.length === 0) throw refusal('autoVerificationOff')
  const channel = user && signUpChannel(pool, user)
  const isWaiting = user?.enabled === true && user.status === 'UNCONFIRMED'
  if (isWaiting && channel !== undefined) {
    return { CodeDeliveryDetails: sendCode(pool, user, 'sign-up', channel) }
  }
  if (!pool.settings.preventUserExistenceErrors) throw refusal('userAlreadyConfirmed')
  return { CodeDeliveryDetails: describe('email', input.Username) }
})
