/** How often each operation was called, and how the last calls ended. */

export interface Call {
  readonly operation: string
  /** `ok`, the name of the exception, or what a fault made of it. */
  readonly outcome: string
  /** ISO 8601. */
  readonly at: string
}

const kept = 100

export class CallLog {
  readonly #counts = new Map<string, number>()
  readonly #recent: Call[] = []

  /** Counts a call as it comes in. */
  count(operation: string): void {
    this.#counts.set(operation, (this.#counts.get(operation) ?? 0) + 1)
  }

  /** Notes how a call ended. */
  note(call: Call): void {
    this.#recent.unshift(call)
    if (this.#recent.length > kept) this.#recent.pop()
  }

  /** The counts by operation, and `recent`, newest first. */
  report(): Readonly<Record<string, number | readonly Call[]>> {
    return { ...Object.fromEntries(this.#counts), recent: this.#recent }
  }
}
