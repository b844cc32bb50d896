/** The model of ends: races of all kinds in turn, each with another draw, at two processes. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Scope } from '../../support/redis.ts'
import { outage } from '../ends-outage.ts'
import {
  changedEmail,
  type Draw,
  fixation,
  loginUnderWay,
  logoutUnderWay,
  type Race,
  renewals,
  secondFactor,
  stream,
  twoLogins
} from '../ends-races.ts'
import { isSignedIn, makeEndsWorld } from '../ends-world.ts'
import { type Outcome, Problems, seeded } from '../outcome.ts'

export interface EndsOptions {
  readonly runs: number
  readonly seed: number
  /** No race is begun after this long (ms). */
  readonly limit?: number
}

/** Some more than once: there is more to draw. */
const races: readonly Race[] = [
  loginUnderWay,
  logoutUnderWay,
  outage,
  fixation,
  loginUnderWay,
  twoLogins,
  outage,
  changedEmail,
  loginUnderWay,
  secondFactor,
  renewals,
  stream
]

export async function endings(scope: Scope, options: EndsOptions): Promise<Outcome> {
  const world = await makeEndsWorld(scope)
  const problems = new Problems()
  const begun = performance.now()
  let runs = 0
  for (; runs < options.runs; runs += 1) {
    if (performance.now() - begun > (options.limit ?? Number.POSITIVE_INFINITY)) break
    const race = races[runs % races.length]
    const found = new Problems()
    try {
      await inTime(race?.(world, drawOf(options.seed + runs), found))
      const lives = await isSignedIn(world.stranger, world.first)
      found.check(lives === true, `the session of a stranger: ${lives}`)
    } catch (error) {
      found.note(`${race?.name} broke off: ${error}`)
    }
    problems.add(found, `first in run ${runs + 1}`)
  }
  return { figures: { runs }, problems: problems.list() }
}

/** A race that hangs is found, too. */
async function inTime(race: Promise<void> | undefined): Promise<void> {
  const late = new AbortController()
  const tooLate = pause(60_000, undefined, { signal: late.signal }).then(
    () => Promise.reject(new Error('nothing happens any more')),
    () => undefined
  )
  await Promise.race([race, tooLate])
  late.abort()
}

function drawOf(seed: number): Draw {
  const random = seeded(seed)
  const below = (most: number) => Math.floor(random() * most)
  return {
    below,
    of(list) {
      const drawn = list[below(list.length)]
      if (drawn === undefined) throw new Error('there is nothing to draw')
      return drawn
    }
  }
}
