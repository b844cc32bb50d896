/** The names of Redis keys: what belongs to one session, or to one user, shares a hash tag. */

import type { RecordName } from './backend.ts'

export interface RedisKeys {
  record(name: RecordName): string
  lease(name: RecordName): string
  /** Which version of the tokens was sent to Cognito, as long as it is not known what came of it. */
  attempt(name: RecordName): string
  /** Of a record that was replaced: the name of the one in its place. */
  successor(name: RecordName): string
  index(user: string): string
  /** A channel, not a key: the names of records that were removed. */
  readonly ends: string
  /** Beside the index: in a cluster both are on one node. */
  notBefore(user: string): string
  readonly clock: string
  readonly journal: string
}

export function redisKeys(prefix: string): RedisKeys {
  return {
    record: name => `${prefix}s:{${name}}`,
    lease: name => `${prefix}l:{${name}}`,
    attempt: name => `${prefix}u:{${name}}`,
    successor: name => `${prefix}x:{${name}}`,
    ends: `${prefix}ends`,
    index: user => `${prefix}i:{${user}}`,
    notBefore: user => `${prefix}n:{${user}}`,
    clock: `${prefix}t:{ends}`,
    journal: `${prefix}e:{ends}`
  }
}
