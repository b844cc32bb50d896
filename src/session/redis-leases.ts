/** Refresh leases in Redis: a key beside the record, holding the owner's name, gone by itself. */

import { type RedisConnection, scriptForFullRedis } from '../redis/connection.ts'
import { integer } from '../redis/reply.ts'
import type { LeaseOutcome, Leases } from './backend.ts'
import { headerLength } from './record.ts'
import type { RedisKeys } from './redis-keys.ts'

/**
 * Takes the lease where it is free. Not without a record, or over a tombstone: there would be nothing to
 * refresh, and an ended session leaves no key behind. Marks the version of the tokens (see record.ts) in the same
 * round trip. KEYS record, lease, mark. ARGV owner, ttl, life of the mark.
 */
const take = scriptForFullRedis(`
local head = redis.call('GETRANGE', KEYS[1], 0, ${headerLength - 1})
if #head < ${headerLength} then return 0 end
if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
local version = head:sub(6, 9)
local marked = redis.call('GET', KEYS[3])
redis.call('SET', KEYS[3], version, 'PX', ARGV[3])
return marked == version and 2 or 1`)

/** What it returns, by number. */
const outcomes: readonly LeaseOutcome[] = ['busy', 'taken', 'retaken']

/** Prolongs a lease, for its owner only. KEYS lease. ARGV owner, ttl. */
const renew = scriptForFullRedis(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`)

/**
 * Gives a lease back, for its owner only: it may have run out and be somebody else's. KEYS lease, and the mark
 * where that is to go, too. ARGV owner.
 */
const release = scriptForFullRedis(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', unpack(KEYS)) end
return 1`)

export function redisLeases(redis: RedisConnection, keys: RedisKeys): Leases {
  return {
    async take(name, owner, ttl, marked) {
      const keysOfIt = [keys.record(name), keys.lease(name), keys.attempt(name)] as const
      const reply = await redis.run(take, keysOfIt, [owner, `${ttl}`, `${marked}`])
      return outcomes[integer(reply)] ?? 'busy'
    },
    async renew(name, owner, ttl) {
      return integer(await redis.run(renew, [keys.lease(name)], [owner, `${ttl}`])) === 1
    },
    async release(name, owner, unresolved) {
      const lease = keys.lease(name)
      await redis.run(release, unresolved ? [lease] : [lease, keys.attempt(name)], [owner])
    }
  }
}
