/** Redis goes away after Cognito has rotated and before the tokens are stored; the retry grace is 0. */
import type { Scope } from '../../support/redis.ts'
import { hello, login } from '../client.ts'
import { type Gate, startGate } from '../gate.ts'
import { type Outcome, Problems, percentile } from '../outcome.ts'
import { startWire, type Wire } from '../wire.ts'
import { makeWorld, pause, strict, until } from '../world.ts'

export interface MidRefreshOptions {
  readonly rounds: number
  /** How long Redis is away (ms); more than the lease lasts, if it is to be lost. */
  readonly lasts: number
}

export async function redisMidRefresh(scope: Scope, options: MidRefreshOptions): Promise<Outcome> {
  let gate: Gate | undefined
  let wire: Wire | undefined
  const world = await makeWorld(scope, {
    instances: 2,
    reach: async (redis, cognito) => {
      gate = await startGate(scope, cognito.url)
      wire = await startWire(scope, redis.url)
      return { COGNITO_ENDPOINT: gate.url, REDIS_URL: wire.url }
    }
  })
  const problems = new Problems()
  const recoveries: number[] = []
  for (let round = 0; round < options.rounds; round++) {
    await world.cognito.patchPool({ accessTokenSeconds: 1, ...strict })
    const [one, other] = [world.next(), world.next()]
    const cookie = await login(one.url)
    await pause(1100)
    await world.cognito.patchPool({ accessTokenSeconds: 300 })
    const before = (await world.cognito.calls()).GetTokensFromRefreshToken ?? 0
    const held = gate?.hold('GetTokensFromRefreshToken')
    const asked = hello(one.url, cookie)
    const answer = await held
    wire?.cut()
    answer?.release()
    const { status, code } = await asked
    problems.check(code === 'store_unavailable', `meanwhile ${status} ${code}`)
    await pause(options.lasts)
    wire?.mend()
    const isServed = (result: { status: number }) => result.status === 200
    recoveries.push(await until(() => hello(one.url, cookie), isServed))
    // Reconnects by itself, too, in its own time.
    recoveries.push(await until(() => hello(other.url, cookie), isServed))
    const made = ((await world.cognito.calls()).GetTokensFromRefreshToken ?? 0) - before
    problems.check(made === 1, `${made} refreshes instead of one`)
  }
  return {
    figures: {
      rounds: options.rounds,
      'Redis unavailable for (ms)': options.lasts,
      'recovered after (p50, ms)': percentile(recoveries, 50),
      'recovered after (longest, ms)': percentile(recoveries, 100)
    },
    problems: problems.list()
  }
}
