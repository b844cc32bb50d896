/** DeleteUserAttributes: the caller removes some of its own. */

import { attributeName, token } from '../input/fields.ts'
import { list } from '../input/shape.ts'
import { userOf } from '../tokens/access-token.ts'
import { checkWritable } from '../users/attributes.ts'
import { removeAttributes } from '../users/change.ts'
import { operation } from './operation.ts'

const fields = { AccessToken: token, UserAttributeNames: list(attributeName) }

export const deleteUserAttributes = operation(fields, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  checkWritable(input.UserAttributeNames.map(Name => ({ Name, Value: '' })))
  removeAttributes(pool, user, input.UserAttributeNames)
  return {}
})
