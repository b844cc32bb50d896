/** In Redis: the clock that orders logins and ends, the not-befores, and the journal of ends under way. */

import {
  bufferOrNull,
  integer,
  type RedisConnection,
  redisScript,
  scriptForFullRedis
} from '../redis/connection.ts'
import type { EndJournal, LoginClock } from './backend.ts'
import type { RedisKeys } from './redis-backend.ts'

/**
 * Lua: the time of Redis (ms), or what is stored where that is later. Two ends in one millisecond still have an
 * order, and a fail-over to a server whose clock is behind does not turn the clock back.
 */
const luaNow = `
local function milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function now(key)
  return math.max(milliseconds(), tonumber(redis.call('GET', key) or 0))
end`

/** KEYS clock. */
const readClock = redisScript(`${luaNow}
return now(KEYS[1])`)

/** KEYS clock. Kept for a day: by then the time of any server is later. */
const moveClock = scriptForFullRedis(`${luaNow}
local at = now(KEYS[1]) + 1
redis.call('SET', KEYS[1], string.format('%.0f', at), 'PX', 86400000)
return at`)

/** Sets a number, unless it is that large already. KEYS number. ARGV number, ttl. */
const raiseNumber = scriptForFullRedis(`
if tonumber(redis.call('GET', KEYS[1]) or 0) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1`)

/** An entry begins with the time it was written at, 13 digits. Kept for a day. KEYS journal, ARGV id, entry. */
const writeEntry = scriptForFullRedis(`${luaNow}
redis.call('HSET', KEYS[1], ARGV[1], string.format('%013.0f', milliseconds()) .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], 86400000)
return 1`)

/** KEYS journal. ARGV age (ms). Returns id, entry, id, entry, ... */
const overdueEntries = redisScript(`${luaNow}
local all, found, before = redis.call('HGETALL', KEYS[1]), {}, milliseconds() - tonumber(ARGV[1])
for i = 1, #all, 2 do
  if tonumber(all[i + 1]:sub(1, 13)) <= before then
    found[#found + 1] = all[i]
    found[#found + 1] = all[i + 1]:sub(14)
  end
end
return found`)

export function redisLoginClock(redis: RedisConnection, keys: RedisKeys): LoginClock {
  return {
    now: async () => integer(await redis.run(readClock, [keys.clock], [])),
    next: async () => integer(await redis.run(moveClock, [keys.clock], []))
  }
}

/** `ttl` in ms. */
export async function raise(
  redis: RedisConnection,
  key: string,
  number: number,
  ttl: number
): Promise<void> {
  await redis.runReplicated(raiseNumber, [key], [`${number}`, `${ttl}`])
}

/** 0 where there is none. */
export async function readNumber(redis: RedisConnection, key: string): Promise<number> {
  return Number(bufferOrNull(await redis.send(key, 'GET', key)) ?? 0)
}

export function redisEndJournal(redis: RedisConnection, { journal }: RedisKeys): EndJournal {
  return {
    async write(id, entry) {
      await redis.runReplicated(writeEntry, [journal], [id, entry])
    },
    async remove(id) {
      await redis.send(journal, 'HDEL', journal, id)
    },
    async overdue(age) {
      const reply = await redis.run(overdueEntries, [journal], [`${age}`])
      const parts = Array.isArray(reply) ? reply.filter(part => Buffer.isBuffer(part)) : []
      return parts.flatMap((id, i) => {
        const entry = parts[i + 1]
        return i % 2 === 0 && entry ? [{ id: id.toString(), entry }] : []
      })
    }
  }
}
