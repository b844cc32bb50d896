/** So many at once, and the others in line. */
export class Places<T> {
  readonly #count: number
  #free: number
  /** Made when somebody has to wait: mostly nobody has. */
  #line: Set<T> | undefined

  constructor(count: number) {
    this.#count = count
    this.#free = count
  }

  get areAllFree(): boolean {
    return this.#free === this.#count
  }

  /** Answers whether there was a free place. Else `one` stands in line. */
  take(one: T): boolean {
    if (this.#free > 0) {
      this.#free -= 1
      return true
    }
    this.#line ??= new Set()
    this.#line.add(one)
    return false
  }

  /** Gives a place up. Answers who has it now. */
  pass(): T | undefined {
    for (const next of this.#line ?? []) {
      this.#line?.delete(next)
      return next
    }
    this.#free += 1
    return undefined
  }

  /** Answers whether `one` stood in line. */
  quit(one: T): boolean {
    return this.#line?.delete(one) ?? false
  }
}
