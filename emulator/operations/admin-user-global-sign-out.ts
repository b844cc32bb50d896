/** AdminUserGlobalSignOut: ends every sign-in of a user. */

import { adminOperation, existing } from './admin.ts'

export const adminUserGlobalSignOut = adminOperation({}, (pool, username) => {
  pool.grants.revokeAllOf(existing(pool, username).sub)
  return {}
})
