/** Refresh leases in Redis: a key beside the record, holding the owner's name, gone by itself. */

import { type RedisConnection, scriptForFullRedis } from '../redis/connection.ts'
import { integer } from '../redis/reply.ts'
import type { Leases } from './backend.ts'
import { tombstone } from './record.ts'
import type { RedisKeys } from './redis-keys.ts'

/**
 * Takes the lease where it is free. Not without a record, or over a tombstone: there would be nothing to
 * refresh, and an ended session leaves no key behind. KEYS record, lease. ARGV owner, ttl.
 */
const take = scriptForFullRedis(`
if redis.call('STRLEN', KEYS[1]) <= ${tombstone.length} then return 0 end
return redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0`)

/** Prolongs a lease, for its owner only. KEYS lease. ARGV owner, ttl. */
const renew = scriptForFullRedis(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`)

/**
 * Gives a lease back, for its owner only: it may have run out and be somebody else's. KEYS lease.
 * ARGV owner.
 */
const release = scriptForFullRedis(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`)

export function redisLeases(redis: RedisConnection, keys: RedisKeys): Leases {
  return {
    async take(name, owner, ttl) {
      const taken = await redis.run(take, [keys.record(name), keys.lease(name)], [owner, `${ttl}`])
      return integer(taken) === 1
    },
    async renew(name, owner, ttl) {
      return integer(await redis.run(renew, [keys.lease(name)], [owner, `${ttl}`])) === 1
    },
    async release(name, owner) {
      await redis.run(release, [keys.lease(name)], [owner])
    }
  }
}
