/** GetUser: the caller's attributes, every value as text. */

import { token } from '../input/fields.ts'
import { userOf } from '../tokens/access-token.ts'
import { describeFactors } from '../users/factors.ts'
import { operation } from './operation.ts'

export const getUser = operation({ AccessToken: token }, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  const attributes = [['sub', user.sub] as const, ...user.attributes]
  return {
    Username: user.sub,
    UserAttributes: attributes.map(([Name, Value]) => ({ Name, Value })),
    ...describeFactors(user)
  }
})
