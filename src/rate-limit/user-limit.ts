/** What one signed-in user may ask of Cognito: its quotas are those of the whole pool, and anybody may sign up. */
import { AppError } from '../errors.ts'
import { WindowCounters } from './counters.ts'

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
