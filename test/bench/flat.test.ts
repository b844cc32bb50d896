/** Memory under lasting load: what counts as flat. */
import { test } from 'tap'
import { flatGoals, quarters } from '../../bench/report/flat.ts'
import type { Soak } from '../../bench/soak-result.ts'

const memory = (rss: number, heapUsed = 40) => ({
  rss,
  heapTotal: 60,
  heapUsed,
  external: 5,
  arrayBuffers: 1,
  afterMajor: 40
})

/** A soak of a hundred seconds, by its resident memory over time. */
const soak = (rss: (at: number) => number, grown = 0): Soak => ({
  seconds: 100,
  requests: 1e6,
  rate: 1e4,
  refused: 0,
  samples: Array.from({ length: 100 }, (_, at) => ({ at, ...memory(rss(at)) })),
  before: memory(150),
  after: memory(150, 40 + grown)
})

const verdicts = (given: Soak) => flatGoals(given).map(({ verdict }) => verdict)

test('memory that settles after the first quarter is flat', async t => {
  const settling = soak(at => (at < 25 ? 150 + at * 2 : 200))
  t.same(quarters(settling.samples), [174, 200, 200, 200])
  t.same(verdicts(settling), ['met', 'met'])
})

test('memory that goes on growing is not flat', async t => {
  t.same(verdicts(soak(at => 150 + at)), ['missed', 'met'])
})

test('what lives on after collecting garbage counts even where the process does not grow', async t => {
  t.same(verdicts(soak(() => 200, 6)), ['met', 'missed'])
})
