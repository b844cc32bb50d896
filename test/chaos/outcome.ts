/** What a scenario has found: figures for the report, and problems, of which there should be none. */

export interface Outcome {
  readonly figures: Readonly<Record<string, number | string>>
  readonly problems: readonly string[]
}

/** Collects problems as sentences, the same one with a count. */
export class Problems {
  readonly #counts = new Map<string, number>()
  readonly #first = new Map<string, string>()

  note(problem: string): void {
    this.#counts.set(problem, (this.#counts.get(problem) ?? 0) + 1)
  }

  /** Notes the problem unless all is well. */
  check(isWell: boolean, problem: string): void {
    if (!isWell) this.note(problem)
  }

  /** Takes over what was found, and remembers where each was found first. */
  add(found: Problems, where: string): void {
    for (const [problem, count] of found.#counts) {
      if (!this.#counts.has(problem)) this.#first.set(problem, where)
      this.#counts.set(problem, (this.#counts.get(problem) ?? 0) + count)
    }
  }

  list(): string[] {
    return [...this.#counts].map(([problem, count]) => {
      const notes = [count === 1 ? [] : `${count} times`, this.#first.get(problem) ?? []].flat()
      return notes.length === 0 ? problem : `${problem} (${notes.join(', ')})`
    })
  }
}

/** The p-th percentile (0-100) of some durations, in whole ms. */
export function percentile(durations: readonly number[], p: number): number {
  const sorted = [...durations].sort((a, b) => a - b)
  const index = Math.min(sorted.length - 1, Math.ceil((sorted.length * p) / 100) - 1)
  return Math.round(sorted[Math.max(0, index)] ?? 0)
}

/** `{ '200': 497, '503 cognito_unavailable': 3 }` */
export function tally(results: readonly { status: number; code: string | undefined }[]) {
  const counts: Record<string, number> = {}
  for (const { status, code } of results) {
    const key = code ? `${status} ${code}` : String(status)
    counts[key] = (counts[key] ?? 0) + 1
  }
  return Object.entries(counts)
    .map(([key, count]) => `${count} × ${key}`)
    .join(', ')
}

/** Random numbers in [0, 1) that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
