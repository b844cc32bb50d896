/** The index of a user's sessions in Redis: one string, a line for each. */

import {
  bufferOrNull,
  integer,
  type RedisConnection,
  redisScript,
  scriptForFullRedis
} from '../redis/connection.ts'
import type { HandledEntry, UserIndex } from './backend.ts'
import { entryEndAt, instantLength, recordNameLength } from './index-entry.ts'
import type { RedisKeys } from './redis-backend.ts'
import { raise, readNumber } from './redis-ends.ts'
import { luaNumber } from './redis-records.ts'

/**
 * A string and not a hash of Redis, which takes twice as much for a user with one session, as most
 * have: fields as long as these make it a real hash table. A line:
 *
 * | at | bytes | what |
 * | --- | --- | --- |
 * | 0 | 2 | length of all that follows |
 * | 2 | 1 | length of the handle |
 * | 3 | | handle, entry of index-entry.ts |
 *
 * Of two lines with one handle the later one counts.
 */
const lineHead = 3

/**
 * Lua: the lines that are to be kept, in order. `wanted` is asked with the handle, the name of the
 * record and the end of the session (ms).
 */
const luaKeep = `${luaNumber}
local function keep(lines, wanted)
  local kept, at = {}, 1
  while at <= #lines do
    local line = lines:sub(at, at + 1 + number(lines:sub(at, at + 1)))
    local from = ${lineHead + 1} + line:byte(3)
    local ends = number(line:sub(from + ${entryEndAt}, from + ${entryEndAt + instantLength - 1}))
    local name = line:sub(from, from + ${recordNameLength - 1})
    if wanted(line:sub(${lineHead + 1}, from - 1), name, ends) then kept[#kept + 1] = line end
    at = at + #line
  end
  return table.concat(kept)
end`

/** Some thirty sessions, in bytes. */
const small = 8192

/**
 * Adds a line, and keeps the index as long as its longest session. A small index is rewritten,
 * without what is past its end; a large one only when it has grown by as much again, lest a user
 * with sessions by the thousand makes every login read them all. Refused, in the same script, is a
 * login that began before the user's not-before. KEYS index, not-before. ARGV handle, line, ttl,
 * now, since ('' for no login).
 */
const add = redisScript(`${luaKeep}
local since = tonumber(ARGV[5])
if since and since < tonumber(redis.call('GET', KEYS[2]) or 0) then return 0 end
local size, ttl = redis.call('STRLEN', KEYS[1]), tonumber(ARGV[3])
local left = math.max(ttl, redis.call('PTTL', KEYS[1]))
local grown = math.floor((size + #ARGV[2]) / ${small}) > math.floor(size / ${small})
if size >= ${small} and not grown then
  redis.call('APPEND', KEYS[1], ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
  return 1
end
local living = keep(redis.call('GET', KEYS[1]) or '', function(handle, _, ends)
  return handle ~= ARGV[1] and ends > tonumber(ARGV[4])
end)
redis.call('SET', KEYS[1], living .. ARGV[2], 'PX', left)
return 1`)

/**
 * Drops lines that still name the record they named when they were read: a handle may have been
 * given to another session since. KEYS index. ARGV handle, name of the record, handle, name, ...
 */
const drop = scriptForFullRedis(`${luaKeep}
local dropped = {}
for i = 1, #ARGV, 2 do dropped[ARGV[i] .. ARGV[i + 1]] = true end
local lines = redis.call('GET', KEYS[1])
if not lines then return 0 end
local kept = keep(lines, function(handle, name) return not dropped[handle .. name] end)
if kept == '' then redis.call('DEL', KEYS[1])
elseif #kept < #lines then redis.call('SET', KEYS[1], kept, 'KEEPTTL') end
return 1`)

export function redisIndex(redis: RedisConnection, keys: RedisKeys): UserIndex {
  async function read(user: string): Promise<Map<string, Buffer>> {
    const key = keys.index(user)
    return entriesOf(bufferOrNull(await redis.send(key, 'GET', key)) ?? Buffer.alloc(0))
  }
  return {
    async add(user, added, ttl, now, since) {
      const names = [keys.index(user), keys.notBefore(user)] as const
      const args = [added.handle, lineOf(added), `${ttl}`, `${now}`, `${since ?? ''}`]
      return integer(await redis.run(add, names, args)) === 1
    },
    refuseBefore: (user, at, ttl) => raise(redis, keys.notBefore(user), at, ttl),
    notBefore: user => readNumber(redis, keys.notBefore(user)),
    find: async (user, handle) => (await read(user)).get(handle) ?? null,
    all: async user => [...(await read(user))].map(([handle, entry]) => ({ handle, entry })),
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

function lineOf({ handle, entry }: HandledEntry): Buffer {
  const head = Buffer.alloc(lineHead)
  const name = Buffer.from(handle)
  head.writeUInt16BE(1 + name.length + entry.length, 0)
  head.writeUInt8(name.length, 2)
  return Buffer.concat([head, name, entry])
}

/** The entries are views, not copies. */
function entriesOf(lines: Buffer): Map<string, Buffer> {
  const entries = new Map<string, Buffer>()
  for (let at = 0; at + lineHead <= lines.length; ) {
    const end = at + 2 + lines.readUInt16BE(at)
    const entryAt = at + lineHead + lines.readUInt8(at + 2)
    const handle = lines.toString('utf8', at + lineHead, entryAt)
    entries.set(handle, lines.subarray(entryAt, end))
    at = end
  }
  return entries
}
