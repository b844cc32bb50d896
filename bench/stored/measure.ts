/** GET /auth/session against how many sessions lie in Redis: a Redis and a service for each number, in turns. */
import { freemem } from 'node:os'
import { startProgram } from '../programs.ts'
import { inRounds, type Measured, type RoundsOptions } from '../rounds.ts'
import { startService, type World } from '../service.ts'
import { fill, type Weight, weighPlainJson } from './fill.ts'
import { sessionId } from './session.ts'

export interface StoredPoint extends Measured, Weight {}

export interface Stored {
  readonly points: readonly StoredPoint[]
  /** Bytes of Redis's memory for the same session as connect-redis stores it. */
  readonly plainJson: number
  /** Numbers of sessions that this machine has too little memory for. */
  readonly leftOut: readonly number[]
}

/** How many sessions a load asks for, drawn at random: as many draws from a thousand as from a million. */
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
  const filled = []
  for (const number of fits) {
    const redis = await startProgram('scripts/lib/redis-program.mjs', {})
    const weight = await fill(redis.url, number)
    filled.push({ redis, weight, service: await startService({ ...world, redisUrl: redis.url }) })
  }
  const measured = await inRounds(
    filled.map(({ weight, service }) => ({
      name: nameOf(weight.sessions),
      program: service,
      target: {
        url: `${service.url}/auth/session`,
        headers: { 'x-csrf': '1' },
        cookies: cookies(weight.sessions)
      }
    })),
    options
  )
  for (const { redis, service } of filled) for (const { stop } of [service, redis]) await stop()
  const points = filled.flatMap(({ weight }) => {
    const figures = measured.find(({ name }) => name === nameOf(weight.sessions))
    return figures ? [{ ...figures, ...weight }] : []
  })
  return { points, plainJson, leftOut }
}

async function weighed20k(): Promise<number> {
  const redis = await startProgram('scripts/lib/redis-program.mjs', {})
  const each = await weighPlainJson(redis.url, weighed)
  await redis.stop()
  return each
}

const nameOf = (sessions: number) => `${sessions.toLocaleString('en')} sessions`

function cookies(sessions: number): string[] {
  return Array.from(
    { length: drawn },
    () => `__Host-session=${sessionId(Math.floor(Math.random() * sessions))}`
  )
}
