/** The program behind `npm run chaos`: runs the plan and writes the report. Arguments: seed, minutes, report, fail-overs. */
import { writeFileSync } from 'node:fs'
import type { Scope } from '../support/redis.ts'
import type { Outcome } from './outcome.ts'
import { failOvers, type Part, plan } from './plan.ts'
import { type Finding, reportOf } from './report.ts'

const [seed = 1, minutes = 10] = process.argv.slice(2, 4).map(Number)
const reportFile = process.argv[4]
const rounds = Number(process.argv[5] ?? 0)
const begunAt = new Date()
const begun = performance.now()
const secondsSince = (start: number) => (performance.now() - start) / 1000

/** What a part has started is ended with it, the last first. */
async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = []
  try {
    return await work({ teardown: end => void ends.push(end) })
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** Undefined where the time is over: what has not run has not failed. */
async function runPart(part: Part): Promise<Outcome | undefined> {
  const left = minutes * 60_000 - (performance.now() - begun)
  // A little is kept for starting and ending processes.
  const time = Math.max(0, (left - 10_000) * (part.share ?? 1))
  if (time === 0 && rounds === 0) return undefined
  try {
    return await withScope(scope => part.run(scope, seed, time))
  } catch (error) {
    return { figures: {}, problems: [`broke off: ${error}`] }
  }
}

console.log(`seed ${seed}, at most ${minutes} minutes`)
const findings: Finding[] = []
const left: string[] = []
for (const part of rounds > 0 ? failOvers(rounds) : plan) {
  const start = performance.now()
  const outcome = await runPart(part)
  if (outcome === undefined) {
    left.push(part.title)
    console.log(`-     ${part.title}: not run, the time was over`)
    continue
  }
  const seconds = secondsSince(start)
  findings.push({ ...outcome, title: part.title, seconds })
  console.log(
    `${outcome.problems.length === 0 ? 'held ' : 'FAIL '} ${part.title} (${Math.round(seconds)} s)`
  )
  console.log(`      ${JSON.stringify(outcome.figures)}`)
  for (const problem of outcome.problems) console.log(`      ${problem}`)
}
const report = reportOf(findings, left, { seed, minutes, begunAt, seconds: secondsSince(begun) })
if (reportFile && rounds === 0) writeFileSync(reportFile, report)
// Connections of the load may still be open: nothing is left to wait for.
process.exit(findings.some(({ problems }) => problems.length > 0) ? 1 : 0)
