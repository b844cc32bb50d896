/** Runs the parts of a plan one after the other, for as long as there is time. */
import type { Scope } from '../support/redis.ts'
import type { Outcome } from './outcome.ts'
import type { Part } from './plan.ts'
import type { Finding } from './report.ts'

export interface RunOptions {
  readonly seed: number
  /** How long all parts together may take, in ms. Undefined: as long as they need. */
  readonly within: number | undefined
  /** In ms, from any beginning. */
  readonly now: () => number
  /** Is given each line for the person who watches. */
  readonly say: (line: string) => void
}

export interface RunResult {
  readonly findings: readonly Finding[]
  /** Titles of the parts that did not run: they have not failed. */
  readonly left: readonly string[]
  readonly seconds: number
}

/** A little is kept for starting and ending processes (ms). */
const kept = 10_000

export async function runParts(parts: readonly Part[], options: RunOptions): Promise<RunResult> {
  const { seed, within, now, say } = options
  const begun = now()
  const findings: Finding[] = []
  const left: string[] = []
  for (const part of parts) {
    const start = now()
    const time = within === undefined ? 0 : (within - (start - begun) - kept) * (part.share ?? 1)
    if (within !== undefined && time <= 0) {
      left.push(part.title)
      say(`-     ${part.title}: not run, the time was over`)
      continue
    }
    const outcome = await outcomeOf(part, seed, time)
    const seconds = (now() - start) / 1000
    findings.push({ ...outcome, title: part.title, seconds })
    const verdict = outcome.problems.length === 0 ? 'held ' : 'FAIL '
    say(`${verdict} ${part.title} (${Math.round(seconds)} s)`)
    say(`      ${JSON.stringify(outcome.figures)}`)
    for (const problem of outcome.problems) say(`      ${problem}`)
  }
  return { findings, left, seconds: (now() - begun) / 1000 }
}

async function outcomeOf(part: Part, seed: number, time: number): Promise<Outcome> {
  try {
    return await withScope(scope => part.run(scope, seed, time))
  } catch (error) {
    return { figures: {}, problems: [`broke off: ${error}`] }
  }
}

/** What a part has started is ended with it, the last first. */
async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = []
  try {
    return await work({ teardown: end => void ends.push(end) })
  } finally {
    for (const end of ends.reverse()) await end()
  }
}
