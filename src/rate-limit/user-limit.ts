/** What one signed-in user may ask of Cognito: its quotas are those of the whole pool, and anybody may sign up. */
import { AppError } from '../errors.ts'
import { integer, type RedisConnection, redisScript } from '../redis/connection.ts'
import { type CountingOptions, hiddenName, inTime, WindowCounters } from './counters.ts'

export interface UserLimitOptions {
  readonly max: number
  readonly seconds: number
  /** In ms. */
  readonly clock: () => number
}

export interface Allowance {
  readonly max: number
  readonly remaining: number
  /** Until the window ends. */
  readonly seconds: number
}

export interface UserLimit {
  readonly policy: { readonly max: number; readonly seconds: number }
  /** Counts one more call of the user. */
  count(sub: string): Allowance
  /** @throws AppError `rate_limited` where that was one too many */
  enforce(allowance: Allowance): void
}

/**
 * Counted in this process, over all sessions of a user: a quota of hundreds a second needs no exact count, and
 * an exact one would cost every such call another round trip to Redis.
 */
export function createUserLimit({ max, seconds, clock }: UserLimitOptions): UserLimit {
  const counters = new WindowCounters(clock)
  return {
    policy: { max, seconds },
    count(sub) {
      const { current, ttl } = counters.increment(sub, seconds * 1000)
      return { max, remaining: max - current, seconds: Math.max(1, Math.ceil(ttl / 1000)) }
    },
    enforce({ remaining, seconds: retryAfterSeconds }) {
      if (remaining < 0) {
        throw new AppError('rate_limited', { reason: 'cognito user', retryAfterSeconds })
      }
    }
  }
}

// Cognito's lock after failed passwords, for accounts whose password Cognito does not look at: those that are
// not confirmed. Without it they would be told apart from all others by never being locked.

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
