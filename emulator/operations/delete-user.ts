/** DeleteUser: the caller's own account is gone. */

import { token } from '../input/fields.ts'
import { userOf } from '../tokens/access-token.ts'
import { operation } from './operation.ts'

export const deleteUser = operation({ AccessToken: token }, (pool, input) => {
  pool.users.remove(userOf(pool, input.AccessToken))
  return {}
})
