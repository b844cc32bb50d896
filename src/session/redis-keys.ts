/** The names of Redis keys: what belongs to one session shares a hash tag. */

import type { RecordName } from './backend.ts'

export interface RedisKeys {
  record(name: RecordName): string
  lease(name: RecordName): string
  index(user: string): string
  /** A channel, not a key: the names of records that were removed. */
  readonly ends: string
}

export function redisKeys(prefix: string): RedisKeys {
  return {
    record: name => `${prefix}s:{${name}}`,
    lease: name => `${prefix}l:{${name}}`,
    ends: `${prefix}ends`,
    index: user => `${prefix}i:{${user}}`
  }
}
