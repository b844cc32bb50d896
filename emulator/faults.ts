/** Calls that are to go wrong, for tests of the clients. */

export interface Fault {
  /** The name of an operation, or `*` for any. */
  readonly operation: string
  readonly error?: string
  readonly status?: number
  readonly delayMs?: number
  /** The work is done, then the connection breaks before the answer. */
  readonly dropAfterCommit?: boolean
}

export class Faults {
  readonly #waiting: { fault: Fault; left: number }[] = []

  add(fault: Fault, times: number): void {
    this.#waiting.push({ fault, left: times })
  }

  /** The fault for a call that has just come in, the oldest first. */
  take(operation: string): Fault | undefined {
    const found = this.#waiting.find(({ fault }) => ['*', operation].includes(fault.operation))
    if (found === undefined) return undefined
    found.left -= 1
    if (found.left <= 0) this.#waiting.splice(this.#waiting.indexOf(found), 1)
    return found.fault
  }
}
