/** When memory under load counts as flat. */
import { median } from '../rounds.ts'
import type { Sample, Soak } from '../soak-result.ts'
import { type Goal, verdictOf } from './goal.ts'
import { shown } from './svg.ts'

/**
 * How much more resident memory the last quarter may take than the second one. The first is left out: V8 takes
 * room for garbage as it sees fit, and finds its measure under load.
 */
const mayGrow = 1.1

/**
 * How much more may live at the end than after the warm-up, in MB: what a leak cannot hide, as it adds up with
 * every request.
 */
const liveMayGrow = 5

export function flatGoals(soak: Soak): Goal[] {
  const { requests, seconds, before, after, samples } = soak
  const load = `${shown(seconds / 60)} minutes at full load`
  const [, second = 0, , last = 0] = quarters(samples)
  const grown = live(after) - live(before)
  const each = (grown * 1e6) / requests
  return [
    {
      what: `${load}: resident memory, last quarter relative to second`,
      wanted: `at most ${mayGrow}`,
      measured: `${shown(last / second)} (${shown(second)} to ${shown(last)} MB)`,
      byCpu: '',
      verdict: verdictOf(last <= second * mayGrow)
    },
    {
      what: `${load}: growth of live memory after garbage collection`,
      wanted: `under ${liveMayGrow} MB`,
      measured: `${shown(grown)} MB from ${shown(live(before))} (${shown(each)} bytes a request)`,
      byCpu: '',
      verdict: verdictOf(grown < liveMayGrow)
    }
  ]
}

/** Medians of the resident memory, in MB. */
export function quarters(samples: readonly Sample[]): number[] {
  const length = samples.length / 4
  return [0, 1, 2, 3].map(i =>
    median(
      samples.slice(Math.floor(i * length), Math.floor((i + 1) * length)).map(({ rss }) => rss)
    )
  )
}

/** The heap, and what lies outside it on its account. */
const live = ({ heapUsed, external }: Soak['before']) => heapUsed + external
