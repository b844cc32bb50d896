/** Many sessions side by side whose tokens expire all the time: nobody ever gets somebody else's. */
import type { Scope } from '../../support/redis.ts'
import { hello, login, password } from '../client.ts'
import { type Outcome, Problems, percentile, seeded } from '../outcome.ts'
import { makeWorld, strict, type World } from '../world.ts'

export interface CrossingOptions {
  readonly sessions: number
  readonly processes: number
  /** How many answers are checked. */
  readonly pairings: number
  readonly atOnce: number
  readonly seed: number
  /** Stops early then (`performance.now()`). */
  readonly until?: number
}

interface Member {
  readonly sub: string
  readonly cookie: string
}

export async function crossing(scope: Scope, options: CrossingOptions): Promise<Outcome> {
  const { pairings, atOnce, seed, until = Number.POSITIVE_INFINITY } = options
  const world = await makeWorld(scope, {
    instances: options.processes,
    env: { COGNITO_AUTH_FLOW: 'USER_PASSWORD_AUTH' }
  })
  await world.cognito.patchPool({ accessTokenSeconds: 3, ...strict })
  const members = await Promise.all(
    Array.from({ length: options.sessions }, (_, i) => join(world, `user-${i}@example.com`))
  )
  const random = seeded(seed)
  const problems = new Problems()
  const durations: number[] = []
  let left = pairings
  async function worker(): Promise<void> {
    while (left-- > 0 && performance.now() < until) {
      const member = members[Math.floor(random() * members.length)]
      if (member === undefined) return
      const result = await hello(world.next().url, member.cookie)
      durations.push(result.ms)
      const isRight = result.status === 200 && result.sub === member.sub
      if (result.status === 200 && !isRight) problems.note('a token of somebody else')
      else problems.check(isRight, `answered ${result.status} ${result.code}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return {
    figures: {
      sessions: members.length,
      processes: options.processes,
      'pairings checked': durations.length,
      'refreshes at Cognito': (await world.cognito.calls()).GetTokensFromRefreshToken ?? 0,
      'p50 (ms)': percentile(durations, 50),
      'p99 (ms)': percentile(durations, 99)
    },
    problems: problems.list()
  }
}

async function join(world: World, email: string): Promise<Member> {
  const { sub } = await world.cognito.createUser({ email, password, confirmed: true })
  return { sub, cookie: await login(world.next().url, email) }
}
