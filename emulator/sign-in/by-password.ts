/** USER_PASSWORD_AUTH: the password itself. */

import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import { isPassword } from '../users/passwords.ts'
import { admit, findCandidate } from './admission.ts'
import { checkClientHash } from './client.ts'
import { afterPassword, type SignInReply } from './complete.ts'
import { needed, type Parameters } from './parameters.ts'

export function signInByPassword(pool: Pool, client: string, parameters: Parameters): SignInReply {
  if (!pool.settings.userPasswordAuth) throw refusal('passwordFlowOff')
  const username = needed(parameters, 'USERNAME')
  const password = needed(parameters, 'PASSWORD')
  checkClientHash(pool, client, username, parameters.SECRET_HASH)
  const { user, account } = findCandidate(pool, username)
  return afterPassword(
    pool,
    admit(pool, user, account.id, () => isPassword(account, password))
  )
}
