/** kill -9 between Cognito's rotation and the write, within its retry grace and outside of it. */
import type { Scope } from '../../support/redis.ts'
import { ask, hello, login } from '../client.ts'
import { startGate } from '../gate.ts'
import { type Outcome, Problems, percentile } from '../outcome.ts'
import { makeWorld, pause, until } from '../world.ts'

export interface CrashOptions {
  /** Cognito's retry grace in seconds; 0 means that the session cannot be saved. */
  readonly grace: number
  readonly rounds: number
}

export async function crash(scope: Scope, { grace, rounds }: CrashOptions): Promise<Outcome> {
  let gate: Awaited<ReturnType<typeof startGate>> | undefined
  const world = await makeWorld(scope, {
    reach: async (_redis, cognito) => {
      gate = await startGate(scope, cognito.url)
      return { COGNITO_ENDPOINT: gate.url }
    }
  })
  const survivor = world.next()
  const problems = new Problems()
  const durations: number[] = []
  for (let round = 0; round < rounds; round++) {
    const victim = await world.start()
    const rotation = { refreshRotation: true, retryGraceSeconds: grace }
    await world.cognito.patchPool({ accessTokenSeconds: 1, ...rotation })
    const cookie = await login(victim.url)
    await pause(1100)
    await world.cognito.patchPool({ accessTokenSeconds: 300 })
    const held = gate?.hold('GetTokensFromRefreshToken')
    const lost = hello(victim.url, cookie)
    await held
    await victim.kill()
    const { status: broken } = await lost
    problems.check(broken === 0, `the killed process answered ${broken}`)
    const answer = await hello(survivor.url, cookie)
    durations.push(answer.ms)
    const expected = grace > 0 ? 200 : 401
    problems.check(answer.status === expected, `then ${answer.status} ${answer.code}`)
    if (grace > 0) continue
    problems.check(answer.code === 'session_expired', `the code is ${answer.code}`)
    problems.check(answer.cookie === null, 'the cookie is not cleared')
    const again = await hello(survivor.url, cookie)
    problems.check(again.code === 'session_expired', `and then ${again.status} ${again.code}`)
    const status = await ask(survivor.url, '/auth/session', { cookie })
    problems.check(status.status === 200, `the status answered ${status.status}`)
  }
  if (grace === 0) await until(async () => survivor.saw('session.ended'), Boolean)
  // T-14: the reuse was ours.
  problems.check(!survivor.saw('token_theft_suspected'), 'a theft is suspected')
  return {
    figures: {
      'Cognito’s retry grace period (s)': grace,
      crashes: rounds,
      'next request (p50, ms)': percentile(durations, 50),
      'next request (longest, ms)': percentile(durations, 100)
    },
    problems: problems.list()
  }
}
