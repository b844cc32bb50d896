/** AdminDisableUser: nobody signs in, and what was granted stays revoked for good. */

import { adminOperation, existing } from './admin.ts'

export const adminDisableUser = adminOperation({}, (pool, username) => {
  const user = existing(pool, username)
  user.enabled = false
  user.modifiedAt = pool.clock.now()
  pool.grants.revokeAllOf(user.sub)
  return {}
})
