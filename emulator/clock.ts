/** The pool's own clock: real time plus whatever a test has moved it forward by. */

export class Clock {
  readonly #source: () => number
  #offset = 0

  /** @param source milliseconds since the epoch; only the default reads the machine's clock. */
  constructor(source: () => number = Date.now) {
    this.#source = source
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#source() + this.#offset
  }

  /** The same, not moved: what a client's clock shows that nobody moved along. */
  unmoved(): number {
    return this.#source()
  }

  /** Whole seconds since the epoch, the unit of every token claim. */
  nowSeconds(): number {
    return Math.floor(this.now() / 1000)
  }

  advance(seconds: number): void {
    this.#offset += seconds * 1000
  }

  reset(): void {
    this.#offset = 0
  }
}
