/**
 * Equalises response times: a response that skipped the work takes as long as one that did it. A quick refusal
 * reveals as much as a plain one (OWASP Forgot Password cheat sheet, ASVS 6.3.8).
 */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Pace {
  /** Remembers that real work begun at `startedAt` has just ended; resolves when its answer may leave. */
  ended(startedAt: number): Promise<void>
  /** Runs real work, as above. */
  real<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when real work begun at `startedAt` would have ended, and its answer left. */
  simulated(startedAt: number): Promise<void>
}

/**
 * Answers leave at multiples of this after they were asked for (ms), real ones and simulated. Timers are late
 * by part of a millisecond, which by itself told known addresses from unknown after some hundred questions.
 */
const beat = 25

/** @param now a monotonic clock in ms */
export function createPace(now: () => number = () => performance.now(), remembered = 16): Pace {
  const durations: number[] = []

  /** Waits for the beat after `duration` from the start, or after now where that has passed. */
  async function onTheBeat(startedAt: number, duration: number): Promise<void> {
    const elapsed = now() - startedAt
    const left = Math.ceil(Math.max(duration, elapsed) / beat) * beat - elapsed
    if (left > 0) await sleep(left)
  }

  async function ended(startedAt: number): Promise<void> {
    const duration = now() - startedAt
    durations.push(duration)
    if (durations.length > remembered) durations.shift()
    await onTheBeat(startedAt, duration)
  }

  return {
    ended,
    async real(work) {
      const startedAt = now()
      const result = await work()
      await ended(startedAt)
      return result
    },
    async simulated(startedAt) {
      // One of the latest at random, not their mean: the spread is part of the picture.
      const duration = durations[Math.floor(Math.random() * durations.length)] ?? 0
      await onTheBeat(startedAt, duration)
    }
  }
}
