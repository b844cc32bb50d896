/** AdminEnableUser: the user may sign in again. */

import { adminOperation, existing } from './admin.ts'

export const adminEnableUser = adminOperation({}, (pool, username) => {
  const user = existing(pool, username)
  user.enabled = true
  user.modifiedAt = pool.clock.now()
  return {}
})
