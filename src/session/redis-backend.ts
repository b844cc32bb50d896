/** Keeps sessions in Redis, for any number of instances. */

import type { RedisConnection } from '../redis/connection.ts'
import type { SessionBackend } from './backend.ts'
import { redisEndJournal, redisLoginClock } from './redis-ends.ts'
import { redisIndex } from './redis-index.ts'
import { redisKeys } from './redis-keys.ts'
import { redisLeases } from './redis-leases.ts'
import { redisRecords } from './redis-records.ts'

export interface RedisBackendOptions {
  /** Goes before every key, `bff:` unless told: several services may share one Redis. */
  readonly prefix?: string
}

/** The connection is closed with the backend. */
export function redisBackend(
  redis: RedisConnection,
  { prefix = 'bff:' }: RedisBackendOptions = {}
): SessionBackend {
  const keys = redisKeys(prefix)
  return {
    clock: redisLoginClock(redis, keys),
    journal: redisEndJournal(redis, keys),
    records: redisRecords(redis, keys),
    leases: redisLeases(redis, keys),
    index: redisIndex(redis, keys),
    ends: { subscribe: onEnd => redis.subscribe(keys.ends, onEnd) },
    ping: () => redis.ping(),
    close: () => redis.close()
  }
}
