/** One expired session, many requests at once, over several processes: one refresh, and how long all wait. */
import { setTimeout as pause } from 'node:timers/promises'
import { openBurst } from './burst.ts'
import { control } from './control.ts'
import { startProgram } from './programs.ts'
import { percentile } from './rounds.ts'
import { logIn, startService, type World } from './service.ts'

export interface Storm {
  readonly requests: number
  readonly processes: number
  /** How long Cognito takes to refresh, in ms. */
  readonly cognitoTakes: number
  readonly refreshes: number
  readonly served: number
  /** In ms. */
  readonly p50: number
  readonly p99: number
  /** The p99 of the same requests where no refresh is due: what this machine needs for 500 at once. */
  readonly p99WithoutRefresh: number
}

const path = '/api/items'
const requests = 500
const processes = 4
const cognitoTakes = 150
/** Bursts before the measured ones: the first thousands of requests run code that is not compiled yet, at a multiple. */
const warmUps = 50

export async function measureStorm(world: World): Promise<Storm> {
  const upstream = await startProgram('bench/peers/upstream.mjs', {})
  const services = await Promise.all(
    Array.from({ length: processes }, () => startService(world, { API_UPSTREAM: upstream.url }))
  )
  const pool = (change: object) => control(world, 'PATCH', 'pool', change)
  await pool({ accessTokenSeconds: 1, refreshRotation: true, retryGraceSeconds: 0 })
  const headers = await logIn(services[0]?.url ?? '')
  await pool({ accessTokenSeconds: 300 })
  const burst = await openBurst(
    Array.from({ length: requests }, (_, i) => services[i % processes]?.url ?? '')
  )
  // At each: what a process needs for Cognito it loads when it first does.
  const [living = headers] = await Promise.all(services.map(({ url }) => logIn(url)))
  for (let i = 0; i < warmUps; i++) await burst.fire(path, living)
  const calm = await burst.fire(path, living)
  // By now the first session's token has expired.
  await pause(1100)
  const operation = 'GetTokensFromRefreshToken'
  await control(world, 'POST', 'faults', { operation, times: 1, delayMs: cognitoTakes })
  const before = await refreshesOf(world)
  const answers = await burst.fire(path, headers)
  const refreshes = (await refreshesOf(world)) - before
  await control(world, 'POST', 'reset')
  burst.close()
  for (const program of [...services, upstream]) await program.stop()
  const times = answers.map(({ ms }) => ms)
  const served = answers.filter(({ ok }) => ok).length
  const [p50, p99] = [percentile(times, 50), percentile(times, 99)]
  const p99WithoutRefresh = percentile(
    calm.map(({ ms }) => ms),
    99
  )
  return { requests, processes, cognitoTakes, refreshes, served, p50, p99, p99WithoutRefresh }
}

async function refreshesOf(world: World): Promise<number> {
  const calls = await control(world, 'GET', 'calls')
  const count = /"GetTokensFromRefreshToken":\s*(\d+)/.exec(calls)?.[1]
  return Number(count ?? 0)
}
