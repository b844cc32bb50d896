/** One expired session, many requests at once, over several processes: one refresh, and how long all wait. */
import { setTimeout as pause } from 'node:timers/promises'
import { type BurstAnswer, openBurst } from './burst.ts'
import { control } from './control.ts'
import { startProgram } from './programs.ts'
import { median, percentile } from './rounds.ts'
import { logIn, startService, type World } from './service.ts'

export interface Storm {
  readonly requests: number
  readonly processes: number
  /** How long Cognito takes to refresh, in ms. */
  readonly cognitoTakes: number
  /** For one session; the most of all rounds. */
  readonly refreshes: number
  /** The fewest of all rounds. */
  readonly served: number
  /** In ms, medians of the rounds. */
  readonly p50: number
  readonly p99: number
  /** The p99 of each round, in order. */
  readonly rounds: readonly number[]
  /** The p99 of the same requests where no refresh is due: what this machine needs for 500 at once. */
  readonly p99WithoutRefresh: number
}

const path = '/api/items'
const requests = 500
const processes = 4
const cognitoTakes = 150
/** Bursts before the measured ones: the first thousands of requests run code that is not compiled yet, at a multiple. */
const warmUps = 50

export async function measureStorm(world: World, rounds: number): Promise<Storm> {
  const upstream = await startProgram('bench/peers/upstream.mjs', {})
  const services = await Promise.all(
    Array.from({ length: processes }, () => startService(world, { API_UPSTREAM: upstream.url }))
  )
  const pool = (change: object) => control(world, 'PATCH', 'pool', change)
  await pool({ accessTokenSeconds: 1, refreshRotation: true, retryGraceSeconds: 0 })
  const expiring = await inTurn(rounds, round => logIn(services[round % processes]?.url ?? ''))
  await pool({ accessTokenSeconds: 300 })
  const burst = await openBurst(
    Array.from({ length: requests }, (_, i) => services[i % processes]?.url ?? '')
  )
  // At each: what a process needs for Cognito it loads when it first does.
  const [living] = await Promise.all(services.map(({ url }) => logIn(url)))
  if (!living) throw new Error('There is no process')
  await inTurn(warmUps, () => burst.fire(path, living))
  // By now the tokens of the first sessions have expired.
  await pause(1100)
  const storms = await inTurn(rounds, async round => {
    const calm = await burst.fire(path, living)
    return { calm, ...(await refreshAmid(world, () => burst.fire(path, expiring[round] ?? {}))) }
  })
  await control(world, 'POST', 'reset')
  burst.close()
  for (const program of [...services, upstream]) await program.stop()
  const p99s = storms.map(({ answers }) => percentileOf(answers, 99))
  return {
    requests,
    processes,
    cognitoTakes,
    refreshes: Math.max(...storms.map(({ refreshes }) => refreshes)),
    served: Math.min(...storms.map(({ answers }) => answers.filter(({ ok }) => ok).length)),
    p50: median(storms.map(({ answers }) => percentileOf(answers, 50))),
    p99: median(p99s),
    rounds: p99s,
    p99WithoutRefresh: median(storms.map(({ calm }) => percentileOf(calm, 99)))
  }
}

/** One burst while Cognito takes its time to refresh, and how often it did. */
async function refreshAmid(world: World, fire: () => Promise<readonly BurstAnswer[]>) {
  const operation = 'GetTokensFromRefreshToken'
  await control(world, 'POST', 'faults', { operation, times: 1, delayMs: cognitoTakes })
  const before = await refreshesOf(world)
  const answers = await fire()
  return { answers, refreshes: (await refreshesOf(world)) - before }
}

async function inTurn<T>(times: number, step: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < times; i++) results.push(await step(i))
  return results
}

const percentileOf = (answers: readonly BurstAnswer[], rank: number) =>
  percentile(
    answers.map(({ ms }) => ms),
    rank
  )

async function refreshesOf(world: World): Promise<number> {
  const calls = await control(world, 'GET', 'calls')
  const count = /"GetTokensFromRefreshToken":\s*(\d+)/.exec(calls)?.[1]
  return Number(count ?? 0)
}
