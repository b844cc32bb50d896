import { test } from 'tap'
import { endings } from './scenarios/ends.ts'

test('S-17 S-18 S-19 S-20 S-21 S-22 S-23 an end beats what is under way, and is carried out though Redis goes away', async t => {
  const { figures, problems } = await endings(t, { runs: 24, seed: 13 })
  t.same(problems, [])
  t.equal(figures.runs, 24)
})
