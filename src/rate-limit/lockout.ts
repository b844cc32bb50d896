/**
 * Cognito's lock after failed passwords, for accounts whose password Cognito does not look at: those that are
 * not confirmed. Without it they would be told apart from all others by never being locked.
 */

import { type RedisConnection, redisScript } from '../redis/connection.ts'
import { integer } from '../redis/reply.ts'
import { WindowCounters } from './counters.ts'
import { type CountingOptions, hiddenName } from './counting.ts'
import { inTime } from './in-time.ts'

/** Never fails: where Redis does not answer, what this process knows has to do. */
export interface Lockout {
  /**
   * Counts one more failed password of an account. True where it is locked: such an attempt does not count,
   * and does not lengthen the lock.
   */
  failed(account: string): Promise<boolean>
}

/** From the fifth failure on, each locks for twice as long as the one before: 1 s, 2 s, ... */
const freeFailures = 4
const longestLock = 15 * 60_000
/** Without a failure for so long after a lock, all is forgotten. */
const memory = 15 * 60_000

const lockAfter = (failures: number) =>
  failures > freeFailures ? Math.min(1000 * 2 ** (failures - freeFailures - 1), longestLock) : 0

/** KEYS count, lock. ARGV free failures, longest lock, memory, both in ms. Answers 1 for a locked account. */
const fail = redisScript(`
if redis.call('EXISTS', KEYS[2]) == 1 then return 1 end
local count = redis.call('INCR', KEYS[1])
local over = count - tonumber(ARGV[1])
local lock = 0
if over > 0 then
  lock = math.min(1000 * 2 ^ (over - 1), tonumber(ARGV[2]))
  redis.call('SET', KEYS[2], '1', 'PX', string.format('%d', lock))
end
redis.call('PEXPIRE', KEYS[1], string.format('%d', lock + tonumber(ARGV[3])))
return 0`)

export function createLockout(options: CountingOptions): Lockout {
  const { redis, prefix, secret, deadline = 150, clock = Date.now } = options
  const [counts, locks] = [new WindowCounters(clock), new WindowCounters(clock)]

  function failedHere(account: string): boolean {
    if (locks.read(account).current > 0) return true
    const failures = counts.read(account).current + 1
    const lock = lockAfter(failures)
    counts.restart(account, lock + memory, failures)
    if (lock > 0) locks.restart(account, lock)
    return false
  }

  async function failedThere(redis: RedisConnection, account: string): Promise<boolean> {
    const name = await hiddenName(secret, account)
    const keys = [`${prefix}f:{${name}}`, `${prefix}f:{${name}}:lock`] as const
    const args = [freeFailures, longestLock, memory].map(String)
    return integer(await redis.run(fail, keys, args)) === 1
  }

  return {
    async failed(account) {
      if (!redis) return failedHere(account)
      return inTime(failedThere(redis, account), deadline).catch(() => failedHere(account))
    }
  }
}
