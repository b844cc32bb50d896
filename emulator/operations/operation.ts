/** What an operation of the API is: the members it takes, and what it does with them. */

import { type Fields, type Input, readInput } from '../input/shape.ts'
import type { Pool } from '../pool.ts'

export interface Operation {
  /** @throws CognitoError for whatever the operation refuses */
  readonly run: (pool: Pool, body: unknown) => object | Promise<object>
  /** Wants an Authorization header (SigV4); the public operations take none. */
  readonly isSigned: boolean
}

/**
 * Defines an operation. It runs in one go: nothing else happens to the pool between its first
 * check and its last write. Those that verify a passkey wait for that, and check again after it.
 */
export function operation<F extends Fields>(
  fields: F,
  act: (pool: Pool, input: Input<F>) => object | Promise<object>
): Operation {
  return { run: (pool, body) => act(pool, readInput(fields, body)), isSigned: false }
}
