/** Medians of rounds, and how far they can be trusted. */
import { test } from 'tap'
import { errorOfMedian, summary } from '../../bench/rounds.ts'
import { lastToFirst } from '../../bench/stored/measure.ts'

const round = (rate: number) => ({ rate, cpu: 30, p50: 3, p99: 9, refused: 1 })

test('rounds become their medians, with the lowest and the highest, and refusals added up', async t => {
  const figures = { rate: 100, range: [10, 400], cpu: 30, p50: 3, p99: 9, refused: 5 }
  const rounds = [100, 400, 102, 98, 10].map(round)
  const { rounds: each, ...medians } = summary('service', rounds)
  t.same(medians, { name: 'service', ...figures })
  t.same(each?.[1], { rate: 400, cpu: 30 })
})

test('a round that went wrong does not make the error of a median larger', async t => {
  t.ok(errorOfMedian([100, 400, 102, 98, 10]) < 3)
})

test('the error is half as large with four times as many rounds that differ alike', async t => {
  const few = [90, 95, 100, 105, 110]
  t.ok(errorOfMedian(few) > 3)
  const ratio = errorOfMedian(few) / errorOfMedian([...few, ...few, ...few, ...few])
  t.ok(Math.abs(ratio - 2) < 0.1, `${ratio}`)
})

test('the last is compared with the first round by round, whatever a round was like', async t => {
  const variants = [
    summary('few', [100, 200, 300].map(round)),
    summary('some', [1, 1, 1].map(round)),
    summary('many', [90, 180, 270].map(round))
  ]
  t.same(lastToFirst(variants), { rate: 0.9, cpu: 1, error: 0 })
})
