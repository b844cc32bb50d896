/** A map whose values end by themselves, as keys with a time to live do in Redis. */

import type { Clock } from '../auth/identity-provider.ts'

export class ExpiringMap<Value> {
  readonly #values = new Map<string, { readonly value: Value; readonly endsAt: number }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts what is over and not swept yet. */
  get size(): number {
    return this.#values.size
  }

  get(key: string): Value | undefined {
    return this.left(key) > 0 ? this.#values.get(key)?.value : undefined
  }

  set(key: string, value: Value, ttl: number): void {
    this.#values.set(key, { value, endsAt: this.#clock() + ttl })
  }

  delete(key: string): boolean {
    const present = this.left(key) > 0
    this.#values.delete(key)
    return present
  }

  /** The time a value has left; not above 0 where there is none. */
  left(key: string): number {
    return (this.#values.get(key)?.endsAt ?? 0) - this.#clock()
  }

  sweep(): void {
    for (const key of this.#values.keys()) if (this.left(key) <= 0) this.#values.delete(key)
  }
}
