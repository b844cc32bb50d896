/** Session records in Redis: one string each, read by a GET or GETRANGE, written by careful scripts. */

import {
  bufferOrNull,
  integer,
  type RedisConnection,
  scriptForFullRedis
} from '../redis/connection.ts'
import type { Lifetime, PartWrite, Records, TokensOutcome } from './backend.ts'
import {
  headLength,
  instant,
  nextVersion,
  readInstant,
  recordFormat,
  tombstone,
  uint32
} from './record.ts'
import type { RedisKeys } from './redis-backend.ts'

/**
 * Lua: reads a big-endian number. `struct` would do too, but not every Redis-compatible store has
 * it.
 */
export const luaNumber = `
local function number(bytes)
  local n = 0
  for i = 1, #bytes do n = n * 256 + string.byte(bytes, i) end
  return n
end`

/**
 * Lua: takes the header of record.ts apart (Lua counts from 1) and works out the time to live that
 * is left. `dead` where there is no record (a tombstone is too short for one), or its end has passed by
 * the clock of the caller.
 */
const luaHeader = `${luaNumber}
local function header(key, now, idle, expiresAt)
  local head = redis.call('GETRANGE', key, 0, 20)
  if #head < 21 then return { dead = true } end
  local left = math.min(number(head:sub(10, 17)) + idle, expiresAt) - now
  return {
    dead = left <= 0, left = left,
    format = head:sub(1, 1), session = head:sub(2, 5), tokens = head:sub(6, 9),
    seen = head:sub(10, 17), size = head:sub(18, 21), tokensAt = 21 + number(head:sub(18, 21))
  }
end`

/** What the scripts answer, by number. */
const outcomes: readonly TokensOutcome[] = ['gone', 'stale', 'written', 'tokens_written']

/**
 * Writes the session part, unless it was written since it was read.
 * KEYS record. ARGV now, idle, expiresAt, version read, next version, part, its length.
 * A record of another format was written by a newer instance: stale.
 */
const replaceSession = scriptForFullRedis(`${luaHeader}
local at = header(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))
if at.dead then return 0 end
if at.format ~= '\\${recordFormat}' or at.session ~= ARGV[4] then return 1 end
local tokens = redis.call('GETRANGE', KEYS[1], at.tokensAt, -1)
local record = at.format .. ARGV[5] .. at.tokens .. at.seen .. ARGV[7] .. ARGV[6] .. tokens
redis.call('SET', KEYS[1], record, 'PX', at.left)
return 2`)

/**
 * Writes the tokens, if the caller holds the lease and they were not written since they were read; the session part
 * too, if that was not written either. KEYS record, lease. ARGV now, idle, expiresAt, owner, tokens
 * version read, next, part, session version read, next, part, its length.
 */
const replaceTokens = scriptForFullRedis(`${luaHeader}
local at = header(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))
if at.dead then return 0 end
if redis.call('GET', KEYS[2]) ~= ARGV[4] then return 1 end
if at.format ~= '\\${recordFormat}' or at.tokens ~= ARGV[5] then return 1 end
local answer, version, size, session = 2, ARGV[9], ARGV[11], ARGV[10]
if at.session ~= ARGV[8] then
  answer, version, size = 3, at.session, at.size
  session = redis.call('GETRANGE', KEYS[1], 21, at.tokensAt - 1)
end
local record = at.format .. version .. ARGV[6] .. at.seen .. size .. session .. ARGV[7]
redis.call('SET', KEYS[1], record, 'PX', at.left)
return answer`)

/**
 * Slides the idle time. Later touches win whatever the order they arrive in, and none brings back a
 * session whose end has passed.
 * KEYS record. ARGV now, idle, expiresAt, now as bytes.
 */
const touch = scriptForFullRedis(`${luaHeader}
local now, idle, expiresAt = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local at = header(KEYS[1], now, idle, expiresAt)
if at.dead or number(at.seen) >= now then return 0 end
redis.call('SETRANGE', KEYS[1], 9, ARGV[4])
redis.call('PEXPIRE', KEYS[1], math.min(idle, expiresAt - now))
return 1`)

/**
 * Ends a session, and with it the right to refresh it. Answers its record: no write can come between the
 * last look at it and its end. KEYS record, lease, successor, mark of an attempt. ARGV tombstone, for how long it is to stand
 * there, name of the successor.
 */
const remove = scriptForFullRedis(`
redis.call('DEL', KEYS[2], KEYS[4])
local record = redis.call('GET', KEYS[1])
if not record or record == ARGV[1] then return false end
if ARGV[2] then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
else redis.call('DEL', KEYS[1]) end
if ARGV[3] then redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[2]) end
return record`)

/** Redis counts the last byte in. */
const headEnd = `${headLength - 1}`

export function redisRecords(redis: RedisConnection, keys: RedisKeys): Records {
  return {
    async insert(name, record, ttl) {
      const key = keys.record(name)
      return (await redis.send(key, 'SET', key, record, 'NX', 'PX', `${ttl}`)) !== null
    },
    async read(name) {
      const key = keys.record(name)
      return bufferOrNull(await redis.send(key, 'GET', key))
    },
    async readHead(name) {
      const key = keys.record(name)
      const head = bufferOrNull(await redis.send(key, 'GETRANGE', key, '0', headEnd))
      // An empty string is what it answers for a key that is not there.
      return head?.length === 0 ? null : head
    },
    async replaceSession(name, session, life) {
      const args = [...lifetime(life), ...part(session), uint32(session.sealed.length)]
      const answer = outcome(await redis.run(replaceSession, [keys.record(name)], args))
      return answer === 'tokens_written' ? 'written' : answer
    },
    async replaceTokens(name, owner, tokens, session, life) {
      const size = uint32(session.sealed.length)
      const args = [...lifetime(life), owner, ...part(tokens), ...part(session), size]
      return outcome(await redis.run(replaceTokens, [keys.record(name), keys.lease(name)], args))
    },
    async touch(name, life) {
      await redis.run(touch, [keys.record(name)], [...lifetime(life), instant(life.now)])
    },
    async remove(name, { news, buriedFor, successor }) {
      const times = buriedFor === undefined ? [] : [`${buriedFor}`]
      const args = [tombstone, ...times, ...(times.length && successor ? [successor] : [])]
      const beside = [keys.lease(name), keys.successor(name), keys.attempt(name)]
      const keysOfIt = [keys.record(name), ...beside] as const
      const record = bufferOrNull(await redis.runReplicated(remove, keysOfIt, args))
      // Not awaited, and no failure of the end: who watches the session looks for themselves as well.
      if (record) redis.publish(keys.ends, `${name} ${news}`).catch(() => {})
      return record
    },
    async successorOf(name) {
      const key = keys.successor(name)
      return bufferOrNull(await redis.send(key, 'GET', key))?.toString()
    },
    lastSeen: names => Promise.all(names.map(name => lastSeen(redis, keys.record(name))))
  }
}

async function lastSeen(redis: RedisConnection, record: string): Promise<number | null> {
  const bytes = bufferOrNull(await redis.send(record, 'GETRANGE', record, '9', '16'))
  return bytes === null || bytes.length < 8 ? null : readInstant(bytes, 0)
}

function lifetime({ now, idle, expiresAt }: Lifetime): string[] {
  return [`${now}`, `${idle}`, `${expiresAt}`]
}

function part({ versionRead, sealed }: PartWrite): Buffer[] {
  return [uint32(versionRead), uint32(nextVersion(versionRead)), sealed]
}

function outcome(reply: unknown): TokensOutcome {
  const known = outcomes[integer(reply)]
  if (known === undefined) throw new TypeError('The script answered an unknown outcome')
  return known
}
