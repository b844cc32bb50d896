/** GlobalSignOut: ends every sign-in of the caller. */

import { token } from '../input/fields.ts'
import { userOf } from '../tokens/access-token.ts'
import { operation } from './operation.ts'

export const globalSignOut = operation({ AccessToken: token }, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  pool.grants.revokeAllOf(user.sub)
  return {}
})
