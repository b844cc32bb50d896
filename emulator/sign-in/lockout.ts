/** The lock that grows with each wrong password: 1, 2, 4 ... seconds, up to 15 minutes. */

interface Failures {
  count: number
  lockedUntil: number
}

const freeFailures = 4
const longestLockMs = 15 * 60_000
const forgottenAfterMs = 15 * 60_000

export class Lockout {
  readonly #failures = new Map<string, Failures>()

  /** Attempts made during a lock neither count nor lengthen it. */
  isLocked(id: string, now: number): boolean {
    const failures = this.#failures.get(id)
    if (failures === undefined) return false
    if (now >= failures.lockedUntil + forgottenAfterMs) this.#failures.delete(id)
    return now < failures.lockedUntil
  }

  /** From the fifth failure on, each one locks for twice as long as the one before. */
  fail(id: string, now: number): void {
    const count = (this.#failures.get(id)?.count ?? 0) + 1
    const lockMs = count > freeFailures ? 1000 * 2 ** (count - freeFailures - 1) : 0
    this.#failures.set(id, { count, lockedUntil: now + Math.min(lockMs, longestLockMs) })
  }

  succeed(id: string): void {
    this.#failures.delete(id)
  }
}
