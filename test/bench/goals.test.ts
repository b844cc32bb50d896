/** The report calls a goal met only where the figures say so, whichever way one looks at them. */
import { test } from 'tap'
import { atMost, compare } from '../../bench/report/goal.ts'
import { goals } from '../../bench/report/goals.ts'
import type { Kept, Read } from '../../bench/report/results.ts'
import type { Measured } from '../../bench/rounds.ts'

const measured = (name: string, rate: number, cpu: number): Measured => ({
  name,
  rate,
  cpu,
  p50: 1,
  p99: 2,
  refused: 0
})

const cases = [
  { title: 'both ways', rate: 800, cpu: 110, isBusy: false, verdict: 'met' },
  { title: 'neither way', rate: 700, cpu: 150, isBusy: false, verdict: 'missed' },
  { title: 'by throughput only', rate: 800, cpu: 150, isBusy: false, verdict: 'unclear' },
  { title: 'by CPU time only', rate: 700, cpu: 110, isBusy: false, verdict: 'unclear' },
  { title: 'both ways on a busy machine', rate: 800, cpu: 110, isBusy: true, verdict: 'unclear' }
] as const

for (const { title, rate, cpu, isBusy, verdict } of cases) {
  test(`a ratio reached ${title} is ${verdict}`, async t => {
    const variants = [measured('ours', rate, cpu), measured('theirs', 1000, 100)]
    t.equal(compare(variants, isBusy)('ours', 'ours', 'theirs', 0.75).verdict, verdict)
  })
}

test('a ratio to what was not measured is unclear', async t => {
  const goal = compare([measured('ours', 1, 1)], false)('ours', 'ours', 'theirs', 0.75)
  t.equal(goal.verdict, 'unclear')
})

test('a bound is met where it is reached exactly, and unclear on a busy machine', async t => {
  t.equal(atMost('p99', ' ms', 10, 10).verdict, 'met')
  t.equal(atMost('p99', ' ms', 10.1, 10).verdict, 'missed')
  t.equal(atMost('p99', ' ms', Number.NaN, 10).verdict, 'missed', 'no figure is no success')
  t.equal(atMost('p99', ' ms', 1, 10, true).verdict, 'unclear')
})

/** Results as if kept, on a machine of two cores with nothing else to do. */
function resultsOf(results: Readonly<Record<string, unknown>>, load = 2): Read {
  return <T>(name: string): Kept<T> | undefined => {
    if (!Object.hasOwn(results, name)) return undefined
    const result = results[name] as T // the tests below know what each section gives
    return { date: 'now', machine: '2 cores (none), Node 20', load, options: {}, result }
  }
}

const loop = { p50: 0, p99: 4, longest: 9, utilisation: 0.2 }
const latency = { p50: 1, p99: 2 }
const idle = { loop, others: latency, bystander: latency }
const busy = (others: number, bystander: number) => ({
  loop,
  others: { p50: 1, p99: others },
  bystander: { p50: 1, p99: bystander }
})
const login = {
  wanted: 50,
  rate: 49.8,
  failed: 0,
  login: { p50: 9, p99: 20 },
  othersRate: 100,
  idle,
  busy: busy(2.9, 2)
}

const verdictsOf = (read: Read) => goals(read).map(({ verdict }) => verdict)

test('logins meet their goals by delay, neighbours and number', async t => {
  t.same(verdictsOf(resultsOf({ login })), ['met', 'met', 'met'])
  const slower = resultsOf({ login: { ...login, busy: busy(3.1, 2) } })
  t.same(verdictsOf(slower), ['met', 'met', 'missed'])
})

test('where a process without logins has become slower, too, the machine is to blame', async t => {
  const short = resultsOf({ login: { ...login, busy: busy(3.1, 3.1) } })
  t.same(verdictsOf(short), ['met', 'met', 'unclear'])
})

test('fewer logins a second than wanted prove nothing', async t => {
  const read = resultsOf({ login: { ...login, rate: 40, failed: 3 } })
  t.same(verdictsOf(read), ['missed', 'unclear', 'unclear'])
})

const point = (sessions: number, rate: number, cpu: number) => ({
  ...measured(`${sessions} sessions`, rate, cpu),
  sessions,
  seconds: 1,
  each: 3000,
  record: 2400
})

const stored = {
  points: [point(1e3, 1000, 100), point(1e4, 10, 900), point(1e6, 700, 104)],
  largestToFewest: { rate: 0.98, cpu: 0.97, error: 0.01 },
  plainJson: 5400,
  leftOut: []
}

test('a million sessions are compared with the fewest, turn by turn', async t => {
  t.same(verdictsOf(resultsOf({ stored })), ['met', 'met', 'met'])
  const slower = { ...stored, largestToFewest: { rate: 0.92, cpu: 0.93, error: 0.01 } }
  t.same(verdictsOf(resultsOf({ stored: slower })), ['met', 'met', 'missed'])
  const atOdds = { ...stored, largestToFewest: { rate: 0.92, cpu: 0.97, error: 0.01 } }
  t.same(verdictsOf(resultsOf({ stored: atOdds })), ['met', 'met', 'unclear'])
})

test('a goal within two standard errors is neither met nor missed', async t => {
  const last = (rate: number, error: number) => {
    const largestToFewest = { rate, cpu: rate, error }
    return verdictsOf(resultsOf({ stored: { ...stored, largestToFewest } })).at(-1)
  }
  t.equal(last(0.98, 0.03), 'unclear')
  t.equal(last(0.92, 0.03), 'unclear')
  t.equal(last(1.08, 0.03), 'met')
  t.equal(last(0.85, 0.03), 'missed')
})

test('sections that never ran claim nothing', async t => {
  t.same(goals(resultsOf({})), [])
})
