/** ForgotPassword: a code to a verified address or number. */

import { describe, sendCode } from '../codes/delivery.ts'
import { refusal } from '../errors.ts'
import { clientIdField, secretHash, username } from '../input/fields.ts'
import { optional } from '../input/shape.ts'
import { checkClientHash } from '../sign-in/client.ts'
import { recoveryChannel } from '../users/recovery.ts'
import { subjectOf } from '../users/subject.ts'
import { operation } from './operation.ts'

const fields = {
  ClientId: clientIdField,
  Username: username,
  SecretHash: optional(secretHash)
}

export const forgotPassword = operation(fields, (pool, input) => {
  checkClientHash(pool, input.ClientId, input.Username, input.SecretHash)
  const { user, spend } = subjectOf(pool, input.Username)
  spend('Recovery', pool.settings.recoveryAttemptsPerHour)
  if (user?.status === 'FORCE_CHANGE_PASSWORD') throw refusal('resetImpossible')
  if (user && pool.settings.recovery.length === 0) throw refusal('resetByAdministrators')
  const channel = user && recoveryChannel(pool, user)
  if (user?.enabled === true && channel !== undefined) {
    return { CodeDeliveryDetails: sendCode(pool, user, 'forgot-password', channel) }
  }
  const { preventUserExistenceErrors, simulatedRecovery } = pool.settings
  if (user?.enabled === false && !preventUserExistenceErrors) throw refusal('userDisabled')
  if (!preventUserExistenceErrors) throw refusal('noRecoveryChannel')
  if (simulatedRecovery === 'alternate' && pool.simulation.refusesRecovery()) {
    throw refusal('noRecoveryChannel')
  }
  return { CodeDeliveryDetails: describe('email', input.Username) }
})
