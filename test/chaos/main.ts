/** The program behind `npm run chaos`: runs the plan and writes the report. Arguments: seed, minutes, fail-overs, report. */
import { writeFileSync } from 'node:fs'
import { failOvers, plan } from './plan.ts'
import { reportOf } from './report.ts'
import { runParts } from './run.ts'

const [seed = 1, minutes = 10, rounds = 0] = process.argv.slice(2, 5).map(Number)
const [reportFile] = process.argv.slice(5)
const begunAt = new Date()

console.log(`seed ${seed}, at most ${minutes} minutes`)
const { findings, left, seconds } = await runParts(rounds > 0 ? failOvers(rounds) : plan, {
  seed,
  within: rounds > 0 ? undefined : minutes * 60_000,
  now: () => performance.now(),
  say: line => console.log(line)
})
if (reportFile) {
  writeFileSync(reportFile, reportOf(findings, left, { seed, minutes, begunAt, seconds }))
}
// Connections of the load may still be open: nothing is left to wait for.
process.exit(findings.some(({ problems }) => problems.length > 0) ? 1 : 0)
