/** A goal beside what was measured. */
import type { Measured } from '../rounds.ts'
import { shown } from './svg.ts'

/** `unclear`: throughput and CPU time contradict each other, or the machine was busy with other things. */
export type Verdict = 'met' | 'missed' | 'unclear'

export interface Goal {
  readonly what: string
  readonly wanted: string
  /** By throughput, or whatever the goal is about. */
  readonly measured: string
  /** The same by CPU time per request, where the goal is one of throughput. */
  readonly byCpu: string
  readonly verdict: Verdict
}

export const verdictOf = (isMet: boolean): Verdict => (isMet ? 'met' : 'missed')

/** Met where a number is at most so much; `unclear` by the clock of a busy machine. */
export function atMost(
  what: string,
  unit: string,
  measured: number,
  most: number,
  isBusy = false
): Goal {
  const verdict = isBusy ? 'unclear' : verdictOf(measured <= most)
  return {
    what,
    wanted: `<= ${shown(most)}${unit}`,
    measured: `${shown(measured)}${unit}`,
    byCpu: '',
    verdict
  }
}

export function count(what: string, measured: number, wanted: number): Goal {
  const verdict = verdictOf(measured === wanted)
  return { what, wanted: String(wanted), measured: String(measured), byCpu: '', verdict }
}

/** More is better: requests a second by throughput, requests per CPU time by CPU. */
export const compare =
  (variants: readonly Measured[], isBusy: boolean) =>
  (what: string, ours: string, theirs: string, wanted: number): Goal => {
    const find = (name: string) => variants.find(variant => variant.name === name)
    const [a, b] = [find(ours), find(theirs)]
    const rate = a && b ? a.rate / b.rate : Number.NaN
    const cpu = a && b ? b.cpu / a.cpu : Number.NaN
    return atLeast(what, { rate, cpu }, wanted, isBusy)
  }

/** Ratios by throughput and by CPU time, which have to agree. */
export function atLeast(
  what: string,
  { rate, cpu }: { readonly rate: number; readonly cpu: number },
  wanted: number,
  isUnclear: boolean
): Goal {
  // Nothing agrees with what was not measured.
  const agree = rate >= wanted ? cpu >= wanted : rate < wanted && cpu < wanted
  const verdict = isUnclear || !agree ? 'unclear' : verdictOf(rate >= wanted)
  return { what, wanted: `>= ${wanted}`, measured: shown(rate), byCpu: shown(cpu), verdict }
}
