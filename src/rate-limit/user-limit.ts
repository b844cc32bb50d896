/** Two limits of one user: calls to Cognito while signed in, and failed passwords of an unconfirmed account. */
import { AppError } from '../errors.ts'
import { integer, type RedisConnection, redisScript } from '../redis/connection.ts'
import { withinDeadline } from '../redis/deadline.ts'
import { hashedName, type SharedCounterOptions, WindowCounters } from './counters.ts'

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

/** Limits the calls to Cognito of one signed-in user: Cognito's quotas are shared by the whole pool. */
export interface UserLimit {
  readonly policy: { readonly max: number; readonly seconds: number }
  /** Counts one more call of the user. */
  count(sub: string): Allowance
  /** @throws AppError `rate_limited` where the call was over the limit */
  enforce(allowance: Allowance): void
}

/**
 * Counts in this process, over all sessions of a user: a quota of hundreds a second needs no exact count, and
 * an exact one would cost another round trip to Redis for each call.
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

/**
 * Cognito's lock after failed passwords, for accounts that are not confirmed: Cognito does not check their passwords.
 * Without it, an account that is never locked would be known to be unconfirmed. Never fails: while Redis does not
 * reply, this process counts alone.
 */
export interface Lockout {
  /**
   * Counts one more failed password of an account. True where the account is locked: such an attempt does not
   * count, and does not prolong the lock.
   */
  failed(account: string): Promise<boolean>
}

/** From the fifth failure on, each locks the account for twice as long as the one before: 1 s, 2 s, ... */
const freeFailures = 4
const maxLock = 15 * 60_000
/** The count ends this long (ms) after the last lock, if there is no failure meanwhile. */
const countTtl = 15 * 60_000

/** In ms; 0: no lock. */
const lockFor = (failures: number) =>
  failures > freeFailures ? Math.min(1000 * 2 ** (failures - freeFailures - 1), maxLock) : 0

/** KEYS count, lock. ARGV freeFailures, maxLock, countTtl. Returns 1 for a locked account. */
const recordFailure = redisScript(`
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

export function createLockout(options: SharedCounterOptions): Lockout {
  const { redis, prefix, secret, deadline = 150, clock = Date.now } = options
  const [counts, locks] = [new WindowCounters(clock), new WindowCounters(clock)]

  function failedLocally(account: string): boolean {
    if (locks.read(account).current > 0) return true
    const failures = counts.read(account).current + 1
    const lock = lockFor(failures)
    counts.restart(account, lock + countTtl, failures)
    if (lock > 0) locks.restart(account, lock)
    return false
  }

  async function failedInRedis(redis: RedisConnection, account: string): Promise<boolean> {
    const name = await hashedName(secret, account)
    const keys = [`${prefix}f:{${name}}`, `${prefix}f:{${name}}:lock`] as const
    const args = [freeFailures, maxLock, countTtl].map(String)
    return integer(await redis.run(recordFailure, keys, args)) === 1
  }

  return {
    async failed(account) {
      if (!redis) return failedLocally(account)
      return withinDeadline(failedInRedis(redis, account), deadline).catch(() =>
        failedLocally(account)
      )
    }
  }
}
