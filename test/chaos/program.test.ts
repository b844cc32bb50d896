/** `npm run chaos` for a shorter time: what did not run has not failed, and takes no full report's place. */
import { join } from 'node:path'
import { test } from 'tap'
import { root } from '../repo/sources.ts'
import type { Part } from './plan.ts'
import { reportOf } from './report.ts'
import { runParts } from './run.ts'

const minute = 60_000

const { chaosOptions }: { chaosOptions: (args: readonly string[]) => Record<string, unknown> } =
  await import(join(root, 'scripts/lib/chaos-options.mjs'))

/** Runs parts, each of which takes so long (ms), by a clock of its own. */
async function run(takes: readonly number[], within: number | undefined, problem?: string) {
  let now = 0
  const given: number[] = []
  const parts = takes.map(
    (time, i): Part => ({
      title: `part ${i}`,
      share: 0.5,
      run: async (_scope, _seed, limit) => {
        given.push(limit)
        now += time
        if (problem === 'throws') throw new Error('no port')
        return { figures: { runs: 1 }, problems: problem ? [problem] : [] }
      }
    })
  )
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const result = await runParts(parts, { seed: 1, within, now: () => now, say })
  return { ...result, given, said: said.join('\n') }
}

test('parts that the time does not reach are named, and have not failed', async t => {
  const { findings, left, said, given, seconds } = await run(
    [minute, 2 * minute, minute],
    3 * minute
  )
  t.same(
    findings.map(({ title, problems }) => [title, problems]),
    [
      ['part 0', []],
      ['part 1', []]
    ]
  )
  t.same(left, ['part 2'])
  t.match(said, '-     part 2: not run, the time was over')
  t.notMatch(said, 'FAIL')
  t.same(given, [85_000, 55_000], 'its share of what is left but ten seconds')
  const facts = { seed: 1, minutes: 3, begunAt: new Date(0), seconds }
  const report = reportOf(findings, left, facts)
  t.match(report, 'All 2 scenarios that ran passed.')
  t.match(report, '## part 2\n\nNot run: the time limit was reached.')
})

test('a part that finds a problem or breaks off has failed, and the next ones run', async t => {
  const found = await run([1, 1], minute, 'a session was lost')
  t.match(found.findings, [{ problems: ['a session was lost'] }, { problems: Array }])
  const broken = await run([1], minute, 'throws')
  t.match(broken.findings, [{ problems: ['broke off: Error: no port'] }])
})

test('without a limit all parts run', async t => {
  t.same((await run([minute, minute], undefined)).left, [])
})

test('only a full run writes docs/chaos.md', async t => {
  t.match(chaosOptions([]), { minutes: 10, failOvers: 0, report: 'docs/chaos.md' })
  t.match(chaosOptions(['--minutes=10', '--seed=7']), { seed: 7, report: 'docs/chaos.md' })
  t.match(chaosOptions(['--minutes=60']), { minutes: 10, report: 'docs/chaos.md' })
  t.match(chaosOptions(['--minutes=3']), { minutes: 3, report: '.local/chaos.md' })
  t.match(chaosOptions(['--failovers']), { failOvers: 20, report: undefined })
  t.match(chaosOptions(['--failovers=2']), { failOvers: 2, report: undefined })
  for (const wrong of ['--minutes=0', '--minutes=three', '--seed=']) {
    t.throws(() => chaosOptions([wrong]), /must be a number above 0/)
  }
})
