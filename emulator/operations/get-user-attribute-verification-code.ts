/** GetUserAttributeVerificationCode: a code for the caller's address or number. */

import { sendCode } from '../codes/delivery.ts'
import { refusal } from '../errors.ts'
import { attributeName, token } from '../input/fields.ts'
import { userOf } from '../tokens/access-token.ts'
import { checkVerifiable } from '../users/attributes.ts'
import { spendAttempt } from '../users/subject.ts'
import { operation } from './operation.ts'

const fields = { AccessToken: token, AttributeName: attributeName }
const codesPerHour = 5

export const getUserAttributeVerificationCode = operation(fields, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  const name = checkVerifiable(input.AttributeName)
  spendAttempt(pool, 'GetUserAttributeVerificationCode', user.sub, codesPerHour)
  const to = user.pending.get(name) ?? user.attributes.get(name)
  if (to === undefined) throw refusal('attributeAbsent', name)
  return { CodeDeliveryDetails: sendCode(pool, user, 'attribute-verification', name, to) }
})
