/** One expired session, many requests at once, over several processes: one refresh, and how long all wait. */
import { setTimeout as pause } from 'node:timers/promises'
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
}

const requests = 500
const processes = 4
const cognitoTakes = 150

export async function measureStorm(world: World): Promise<Storm> {
  const upstream = await startProgram('bench/peers/upstream.mjs', {})
  const services = await Promise.all(
    Array.from({ length: processes }, () => startService(world, { API_UPSTREAM: upstream.url }))
  )
  const pool = (change: object) => control(world, 'PATCH', 'pool', change)
  await pool({ accessTokenSeconds: 1, refreshRotation: true, retryGraceSeconds: 0 })
  const headers = await logIn(services[0]?.url ?? '')
  await pause(1100)
  await pool({ accessTokenSeconds: 300 })
  const operation = 'GetTokensFromRefreshToken'
  await control(world, 'POST', 'faults', { operation, times: 1, delayMs: cognitoTakes })
  const before = await refreshesOf(world)
  const answers = await Promise.all(
    Array.from({ length: requests }, async (_, i) => {
      const begun = performance.now()
      const answer = await fetch(`${services[i % processes]?.url}/api/items`, { headers })
      await answer.text()
      return { ok: answer.ok, ms: performance.now() - begun }
    })
  )
  const refreshes = (await refreshesOf(world)) - before
  await control(world, 'POST', 'reset')
  for (const program of [...services, upstream]) await program.stop()
  const times = answers.map(({ ms }) => ms)
  const served = answers.filter(({ ok }) => ok).length
  const [p50, p99] = [percentile(times, 50), percentile(times, 99)]
  return { requests, processes, cognitoTakes, refreshes, served, p50, p99 }
}

async function refreshesOf(world: World): Promise<number> {
  const calls = await control(world, 'GET', 'calls')
  const count = /"GetTokensFromRefreshToken":\s*(\d+)/.exec(calls)?.[1]
  return Number(count ?? 0)
}
