/** VerifyUserAttribute: the code for an address or number comes back. */

import { codeKey } from '../codes/delivery.ts'
import { attributeName, confirmationCode, token } from '../input/fields.ts'
import { userOf } from '../tokens/access-token.ts'
import { checkVerifiable } from '../users/attributes.ts'
import { checkAddressFree } from '../users/change.ts'
import { spendAttempt } from '../users/subject.ts'
import { operation } from './operation.ts'

const fields = { AccessToken: token, AttributeName: attributeName, Code: confirmationCode }
const triesPerHour = 15

/** What was sent to is what becomes verified: also a new value that waited for this. */
export const verifyUserAttribute = operation(fields, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  const name = checkVerifiable(input.AttributeName)
  spendAttempt(pool, 'VerifyUserAttribute', user.sub, triesPerHour)
  const key = codeKey('attribute-verification', user, name)
  const now = pool.clock.now()
  const { sentTo } = pool.codes.check(key, input.Code, now)
  if (name === 'email') checkAddressFree(pool, user, sentTo)
  pool.codes.spend(key)
  user.pending.delete(name)
  const verified = [
    [name, sentTo],
    [`${name}_verified`, 'true']
  ] as const
  pool.users.write(user, verified, now)
  return {}
})
