/** The index of a user's sessions in Redis: a hash from handle to entry. */

import { type RedisConnection, redisScript } from '../redis/connection.ts'
import { bufferOrNull, hash } from '../redis/reply.ts'
import type { UserIndex } from './backend.ts'
import { entryEndAt, recordNameLength } from './index-entry.ts'
import type { RedisKeys } from './redis-keys.ts'
import { luaNumber } from './redis-records.ts'

/**
 * Adds an entry and keeps the hash as long as its longest session. A user who logs in all day and
 * never lists would fill it: each time it has grown by 32, entries past their end are dropped. KEYS
 * index. ARGV handle, entry, ttl, now.
 */
const add = redisScript(`${luaNumber}
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
if redis.call('HLEN', KEYS[1]) % 32 ~= 0 then return 1 end
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local ends = number(entries[i + 1]:sub(${entryEndAt + 1}, ${entryEndAt + 8}))
  if ends <= tonumber(ARGV[4]) then redis.call('HDEL', KEYS[1], entries[i]) end
end
return 1`)

/**
 * Drops entries that still name the record they named when they were read: a handle may have been
 * given to another session since. KEYS index. ARGV handle, name of the record, handle, name, ...
 */
const drop = redisScript(`
for i = 1, #ARGV, 2 do
  local entry = redis.call('HGET', KEYS[1], ARGV[i])
  if entry and entry:sub(1, ${recordNameLength}) == ARGV[i + 1] then
    redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return 1`)

export function redisIndex(redis: RedisConnection, keys: RedisKeys): UserIndex {
  return {
    async add(user, { handle, entry }, ttl, now) {
      await redis.run(add, [keys.index(user)], [handle, entry, `${ttl}`, `${now}`])
    },
    async find(user, handle) {
      const key = keys.index(user)
      return bufferOrNull(await redis.send(key, 'HGET', key, handle))
    },
    async all(user) {
      const key = keys.index(user)
      const entries = hash(await redis.send(key, 'HGETALL', key))
      return [...entries].map(([handle, entry]) => ({ handle, entry }))
    },
    async drop(user, dropped) {
      if (dropped.length === 0) return
      const pairs = dropped.flatMap(({ handle, entry }) => [
        handle,
        entry.subarray(0, recordNameLength)
      ])
      await redis.run(drop, [keys.index(user)], pairs)
    }
  }
}
