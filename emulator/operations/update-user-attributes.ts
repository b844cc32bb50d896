/** UpdateUserAttributes: the caller changes what it may; an empty value removes one. */

import { attributes, token } from '../input/fields.ts'
import { userOf } from '../tokens/access-token.ts'
import { changeAttributes } from '../users/change.ts'
import { operation } from './operation.ts'

const fields = { AccessToken: token, UserAttributes: attributes }

export const updateUserAttributes = operation(fields, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  return { CodeDeliveryDetailsList: changeAttributes(pool, user, input.UserAttributes) }
})
