/** Many requests of one expired session at once, over several processes: one refresh, all served. */
import type { Scope } from '../../support/redis.ts'
import { hello, login } from '../client.ts'
import { type Outcome, Problems, percentile, tally } from '../outcome.ts'
import { makeWorld, pause, strict } from '../world.ts'

export interface StampedeOptions {
  readonly requests: number
  readonly processes: number
  /** How long Cognito takes to refresh (ms); the lease is 3 s. */
  readonly cognitoTakes: number
  readonly rounds: number
}

export async function stampede(scope: Scope, options: StampedeOptions): Promise<Outcome> {
  const { requests, processes, cognitoTakes, rounds } = options
  const world = await makeWorld(scope, { instances: processes })
  const problems = new Problems()
  const durations: number[] = []
  let refreshes = 0
  for (let round = 0; round < rounds; round++) {
    await world.cognito.patchPool({ accessTokenSeconds: 1, ...strict })
    const cookie = await login(world.next().url)
    await pause(1100)
    await world.cognito.patchPool({ accessTokenSeconds: 300 })
    const before = await refreshesOf(world.cognito)
    if (cognitoTakes > 0) await slowDown(world.cognito, cognitoTakes)
    const asked = Array.from({ length: requests }, () => hello(world.next().url, cookie))
    const results = await Promise.all(asked)
    const made = (await refreshesOf(world.cognito)) - before
    refreshes += made
    durations.push(...results.map(({ ms }) => ms))
    problems.check(made === 1, `${made} refreshes instead of one`)
    problems.check(results.every(isServed), `not all were served: ${tally(results)}`)
  }
  return {
    figures: {
      'simultaneous requests': requests,
      processes,
      'Cognito takes (ms)': cognitoTakes,
      rounds,
      'refreshes at Cognito': refreshes,
      successful: durations.length,
      'p50 (ms)': percentile(durations, 50),
      'p99 (ms)': percentile(durations, 99)
    },
    problems: problems.list()
  }
}

const isServed = ({ status, sub }: { status: number; sub: string | undefined }) =>
  status === 200 && sub !== undefined

type Cognito = Awaited<ReturnType<typeof makeWorld>>['cognito']

async function refreshesOf(cognito: Cognito): Promise<number> {
  return (await cognito.calls()).GetTokensFromRefreshToken ?? 0
}

const slowDown = (cognito: Cognito, delayMs: number) =>
  cognito.fault({ operation: 'GetTokensFromRefreshToken', times: 1, delayMs })
