/** USER_PASSWORD_AUTH: the password itself. */

import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import { trigger } from '../triggers.ts'
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
  if (pool.users.find(username) === undefined) trigger(pool, 'UserMigration', username)
  const { user, account } = findCandidate(pool, username)
  const isLast = pool.settings.preAuthenticationRuns === 'after_proof'
  if (!isLast) trigger(pool, 'PreAuthentication', user ?? username)
  const admitted = admit(pool, user, account.id, () => isPassword(account, password))
  if (isLast) trigger(pool, 'PreAuthentication', admitted)
  return afterPassword(pool, admitted)
}
