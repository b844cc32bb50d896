/** GET /auth/session against how many sessions lie in Redis: a Redis and a service for each number, in turns. */
import { freemem } from 'node:os'
import { type Program, startProgram } from '../programs.ts'
import {
  errorOfMedian,
  inRounds,
  type Measured,
  median,
  type RoundsOptions,
  type Variant
} from '../rounds.ts'
import { startService, type World } from '../service.ts'
import { fill, type Weight, weighPlainJson } from './fill.ts'
import { sessionId } from './session.ts'

export interface StoredPoint extends Measured, Weight {}

/** Requests a second, and requests per CPU time of the service; `error` is the standard error of the first. */
interface Ratio {
  readonly rate: number
  readonly cpu: number
  readonly error: number
}

export interface Stored {
  /** As many sessions in use each time, whatever else is stored. */
  readonly points: readonly StoredPoint[]
  /** With the largest number: hardly any is asked for twice, so that each is opened anew. */
  readonly unfamiliar?: Measured
  readonly largestToFewest: Ratio
  readonly driver: 'wrk' | 'autocannon'
  /** Bytes of Redis's memory for the same session as connect-redis stores it. */
  readonly plainJson: number
  /** Numbers of sessions that this machine has too little memory for. */
  readonly leftOut: readonly number[]
}

/** How many sessions are in use, drawn at random from all: what else is stored must not matter to them. */
const inUse = 1000
/** How many sessions a load asks for, one after the other. */
const drawn = 50_000
/** What a session may take in Redis and in what copies it, with room to spare. */
const bytesEach = 8_000
const weighed = 20_000

export async function measureStored(
  world: World,
  options: RoundsOptions,
  numbers: readonly number[]
): Promise<Stored> {
  const fits = numbers.filter(number => number * bytesEach < freemem())
  const leftOut = numbers.filter(number => !fits.includes(number))
  const plainJson = await weighed20k()
  const filled: Filled[] = []
  for (const number of fits) {
    const redis = await startProgram('scripts/lib/redis-program.mjs', {})
    const weight = await fill(redis.url, number)
    filled.push({ redis, weight, service: await startService({ ...world, redisUrl: redis.url }) })
  }
  const measured = await inRounds(
    filled.map(({ service, weight }) =>
      variant(nameOf(weight.sessions), service, sample(weight.sessions, inUse))
    ),
    // Many short ones: a difference of five percent is less than what the machine does from second to second.
    { ...options, rounds: 8 * options.rounds, seconds: 1 }
  )
  const unfamiliar = await measureUnfamiliar(filled.at(-1), options)
  for (const { redis, service } of filled) for (const { stop } of [service, redis]) await stop()
  const points = filled.flatMap(({ weight }, i) => {
    const figures = measured[i]
    return figures ? [{ ...figures, ...weight }] : []
  })
  return {
    points,
    largestToFewest: lastToFirst(measured),
    driver: options.driver ?? 'autocannon',
    plainJson,
    leftOut,
    ...(unfamiliar && { unfamiliar })
  }
}

interface Filled {
  readonly redis: Program
  readonly weight: Weight
  readonly service: Program
}

/** Round by round: what the machine does meanwhile meets both. */
export function lastToFirst(measured: readonly Measured[]): Ratio {
  const [first, last] = [measured[0]?.rounds ?? [], measured.at(-1)?.rounds ?? []]
  const pairs = last.flatMap((theirs, i) => {
    const ours = first[i]
    return ours ? [{ rate: theirs.rate / ours.rate, cpu: ours.cpu / theirs.cpu }] : []
  })
  const rates = pairs.map(({ rate }) => rate)
  const cpu = median(pairs.map(pair => pair.cpu))
  return { rate: median(rates), cpu, error: errorOfMedian(rates) }
}

function variant(name: string, program: Program, sessions: readonly number[]): Variant {
  const target = {
    url: `${program.url}/auth/session`,
    headers: { 'x-csrf': '1' },
    cookies: cookies(sessions)
  }
  return { name, program, target }
}

async function measureUnfamiliar(
  largest: Filled | undefined,
  options: RoundsOptions
): Promise<Measured | undefined> {
  if (!largest || largest.weight.sessions < 2 * drawn) return undefined
  const { weight, service } = largest
  const name = `${nameOf(weight.sessions)}, a different one per request`
  const all = sample(weight.sessions, drawn)
  const [measured] = await inRounds([variant(name, service, all)], options)
  return measured
}

async function weighed20k(): Promise<number> {
  const redis = await startProgram('scripts/lib/redis-program.mjs', {})
  const each = await weighPlainJson(redis.url, weighed)
  await redis.stop()
  return each
}

const nameOf = (sessions: number) => `${sessions.toLocaleString('en')} sessions`

/** The numbers of `size` sessions, at random from as many equal parts: none twice, if there are as many. */
function sample(sessions: number, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Math.floor(((i + Math.random()) * sessions) / size))
}

function cookies(sessions: readonly number[]): string[] {
  return Array.from(
    { length: drawn },
    (_, i) => `__Host-Http-session=${sessionId(sessions[i % sessions.length] ?? 0)}`
  )
}
