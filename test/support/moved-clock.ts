/** The clock of this process, moved on at will: nobody has to wait for a token to expire. */
import type { Test } from 'tap'

export interface MovedClock {
  readonly advance: (seconds: number) => void
}

/**
 * Moves what `Date.now` says until the test ends. Call it before anything starts that keeps hold of the
 * clock. Worker threads and timers keep to real time.
 */
export function moveClock(t: Pick<Test, 'intercept'>): MovedClock {
  const real = Date.now
  let moved = 0
  t.intercept(Date, 'now', { value: () => real() + moved })
  return {
    advance(seconds) {
      moved += seconds * 1000
    }
  }
}
