/**
 * Equalises response times: a response that skipped the work takes as long as one that did it. A quick refusal
 * reveals as much as a plain one (OWASP Forgot Password cheat sheet, ASVS 6.3.8).
 */
import { setTimeout as sleep } from 'node:timers/promises'

export interface ResponseTimeEqualiser {
  /** Records the duration of real work that began at `startedAt` and has just ended; resolves at the next time slot. */
  finish(startedAt: number): Promise<void>
  /** Runs real work, and then does as `finish`. */
  measure<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when real work that began at `startedAt` would have been responded to. */
  simulate(startedAt: number): Promise<void>
}

/**
 * Responses, real and simulated, are sent at multiples of this time after the request (ms). Timers fire late by a
 * part of a millisecond: without time slots, that alone distinguished known emails from unknown ones after some
 * hundred requests.
 */
const timeSlot = 25

/**
 * @param now a monotonic clock in ms
 * @param remembered how many of the latest durations are kept
 */
export function createResponseTimeEqualiser(
  now: () => number = () => performance.now(),
  remembered = 16
): ResponseTimeEqualiser {
  const durations: number[] = []

  /** Waits until the first time slot after `duration` from the start, or after now if that has passed. */
  async function waitForSlot(startedAt: number, duration: number): Promise<void> {
    const elapsed = now() - startedAt
    const left = Math.ceil(Math.max(duration, elapsed) / timeSlot) * timeSlot - elapsed
    if (left > 0) await sleep(left)
  }

  async function ended(startedAt: number): Promise<void> {
    const duration = now() - startedAt
    durations.push(duration)
    if (durations.length > remembered) durations.shift()
    await waitForSlot(startedAt, duration)
  }

  return {
    finish: ended,
    async measure(work) {
      const startedAt = now()
      const result = await work()
      await ended(startedAt)
      return result
    },
    async simulate(startedAt) {
      // One of the latest at random instead of their mean: simulated durations must vary as real ones do.
      const duration = durations[Math.floor(Math.random() * durations.length)] ?? 0
      await waitForSlot(startedAt, duration)
    }
  }
}
