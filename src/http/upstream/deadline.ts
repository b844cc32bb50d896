/** A time within which something has to happen, for any number of things: one timer for all of them. */

/** As all have the same time, they are late in the order they were added in. */
export class Deadline<T> {
  readonly #within: number
  readonly #onLate: (late: T) => void
  /** Since when. The clock of the machine may be set meanwhile, this one may not. */
  readonly #since = new Map<T, number>()
  #isAwake = false

  /** @param within in ms */
  constructor(within: number, onLate: (late: T) => void) {
    this.#within = within
    this.#onLate = onLate
  }

  add(thing: T): void {
    this.#since.set(thing, performance.now())
    if (!this.#isAwake) this.#wakeIn(this.#within)
  }

  /** Answers whether it was there, and not late yet. */
  delete(thing: T): boolean {
    return this.#since.delete(thing)
  }

  /** The timer runs on when all is done in time: those that come next find it set. */
  #wakeIn(ms: number): void {
    this.#isAwake = true
    setTimeout(() => this.#look(), ms).unref()
  }

  #look(): void {
    this.#isAwake = false
    const now = performance.now()
    for (const [thing, since] of this.#since) {
      const left = since + this.#within - now
      // Timers may fire a little early.
      if (left > 1) {
        this.#wakeIn(left)
        return
      }
      this.#since.delete(thing)
      this.#onLate(thing)
    }
  }
}
