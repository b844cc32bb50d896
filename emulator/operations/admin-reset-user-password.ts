/** AdminResetUserPassword: the password is no longer good; a code is sent for a new one. */

import { sendCode } from '../codes/delivery.ts'
import { refusal } from '../errors.ts'
import { recoveryChannel } from '../users/recovery.ts'
import { adminOperation, existing } from './admin.ts'

export const adminResetUserPassword = adminOperation({}, (pool, username) => {
  const user = existing(pool, username)
  if (user.status === 'FORCE_CHANGE_PASSWORD') throw refusal('resetImpossible')
  const channel = recoveryChannel(pool, user)
  if (channel === undefined) throw refusal('noRecoveryChannel')
  user.status = 'RESET_REQUIRED'
  user.modifiedAt = pool.clock.now()
  sendCode(pool, user, 'forgot-password', channel)
  return {}
})
