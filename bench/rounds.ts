/** Variants side by side: in turns, so that what else the machine does meets them all alike. */
import { type Load, type LoadOptions, load, type Target } from './load.ts'
import type { Program } from './programs.ts'

export interface Variant {
  readonly name: string
  readonly program: Pick<Program, 'usage'>
  readonly target: Target
  /** Where it is not that of all. */
  readonly connections?: number
}

/** Medians over the rounds. */
export interface Measured {
  readonly name: string
  /** Requests a second. */
  readonly rate: number
  /** The lowest and the highest of the rounds. */
  readonly range?: readonly [number, number]
  /** Each round, in order: those of variants that took turns were measured one after the other. */
  readonly rounds?: readonly Pick<Measured, 'rate' | 'cpu'>[]
  /** CPU time of the server's process for one request, in microseconds. */
  readonly cpu: number
  readonly p50: number
  readonly p99: number
  /** Of all rounds together; they took CPU time, too, and are left out of the rate. */
  readonly refused: number
}

export interface RoundsOptions extends LoadOptions {
  readonly rounds: number
}

type Sample = Omit<Load, 'requests'> & { readonly cpu: number }

/** One round of warm-up for each, then `rounds` rounds, each beginning with another variant. */
export async function inRounds(
  variants: readonly Variant[],
  { rounds, ...options }: RoundsOptions
): Promise<Measured[]> {
  const samples = new Map<string, Sample[]>(variants.map(({ name }) => [name, []]))
  const warmUp = { ...options, seconds: Math.min(2, options.seconds) }
  for (const variant of variants) await sample(variant, warmUp)
  for (let round = 0; round < rounds; round++) {
    const turn = round % variants.length
    for (const variant of [...variants.slice(turn), ...variants.slice(0, turn)]) {
      samples.get(variant.name)?.push(await sample(variant, options))
    }
  }
  return variants.map(({ name }) => summary(name, samples.get(name) ?? []))
}

async function sample({ program, target, connections }: Variant, options: LoadOptions) {
  const before = await program.usage()
  const measured = await load(target, { ...options, ...(connections && { connections }) })
  const after = await program.usage()
  return { ...measured, cpu: (after.cpu - before.cpu) / measured.requests }
}

export function summary(name: string, samples: readonly Sample[]): Measured {
  const of = (key: keyof Sample) => median(samples.map(sample => sample[key]))
  const refused = samples.reduce((sum, sample) => sum + sample.refused, 0)
  const rates = samples.map(({ rate }) => rate)
  const range = [Math.min(...rates), Math.max(...rates)] as const
  const medians = { rate: of('rate'), range, cpu: of('cpu'), p50: of('p50'), p99: of('p99') }
  return { name, refused, ...medians, rounds: samples.map(({ rate, cpu }) => ({ rate, cpu })) }
}

/** Its standard error, for values that lie about normally, by their quartiles: outliers leave it alone. */
export function errorOfMedian(values: readonly number[]): number {
  const deviation = (percentile(values, 75) - percentile(values, 25)) / 1.349
  return (1.253 * deviation) / Math.sqrt(values.length)
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

/** `percent` from 0 to 100. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0
}
