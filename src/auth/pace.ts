/**
 * Makes an answer that skipped the work take as long as the work would have: a quick refusal tells as
 * much as a plain one (OWASP Forgot Password cheat sheet, ASVS 6.3.8).
 */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Pace {
  /** Remembers that real work begun at `startedAt` has just ended. */
  took(startedAt: number): void
  /** Runs real work and remembers how long it took. */
  real<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when real work begun at `startedAt` would have ended. */
  simulated(startedAt: number): Promise<void>
}

/** @param now a monotonic clock in ms */
export function createPace(now: () => number = () => performance.now(), remembered = 16): Pace {
  const durations: number[] = []

  function took(startedAt: number): void {
    durations.push(now() - startedAt)
    if (durations.length > remembered) durations.shift()
  }

  return {
    took,
    async real(work) {
      const startedAt = now()
      const result = await work()
      took(startedAt)
      return result
    },
    async simulated(startedAt) {
      // One of the latest at random, not their mean: the spread is part of the picture.
      const duration = durations[Math.floor(Math.random() * durations.length)] ?? 0
      const left = duration - (now() - startedAt)
      if (left > 0) await sleep(left)
    }
  }
}
