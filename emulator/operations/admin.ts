/** What the Admin operations share: a signature, the pool, and the user by name. */

import { refusal } from '../errors.ts'
import { username } from '../input/fields.ts'
import { type Fields, type Input, readInput, text } from '../input/shape.ts'
import type { Pool } from '../pool.ts'
import { userPoolId } from '../settings.ts'
import type { User } from '../users/user.ts'
import type { Operation } from './operation.ts'

const adminFields = {
  UserPoolId: text({ min: 1, max: 55, pattern: /[\w-]+_[0-9a-zA-Z]+/ }),
  Username: username
}

/** Defines an operation that wants AWS credentials. Any signature will do: none is checked. */
export function adminOperation<F extends Fields>(
  fields: F,
  act: (pool: Pool, username: string, input: Input<F>) => object
): Operation {
  return {
    isSigned: true,
    run: (pool, body) => {
      const { UserPoolId, Username } = readInput(adminFields, body)
      const input = readInput(fields, body)
      if (UserPoolId !== userPoolId) throw refusal('poolUnknown', UserPoolId)
      return act(pool, Username, input)
    }
  }
}

/** @throws CognitoError UserNotFoundException */
export function existing(pool: Pool, name: string): User {
  const user = pool.users.find(name)
  if (user === undefined) throw refusal('userUnknown')
  return user
}
