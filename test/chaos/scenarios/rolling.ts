/** Instances behind a balancer are replaced one by one under load: nobody notices. */
import { randomBytes } from 'node:crypto'
import type { Scope } from '../../support/redis.ts'
import { testKey } from '../../support/service.ts'
import { startBalancer } from '../balancer.ts'
import { hello, login, type Result } from '../client.ts'
import type { Env } from '../instance.ts'
import { type Outcome, Problems, percentile } from '../outcome.ts'
import { makeWorld, pause, strict } from '../world.ts'

export interface RollingOptions {
  readonly instances: number
  readonly sessions: number
  /** How often every instance is replaced. */
  readonly rounds: number
  /** Brings in a new session key, in the two steps of DECISIONS.md 3. */
  readonly isRotatingKeys: boolean
}

export async function rolling(scope: Scope, options: RollingOptions): Promise<Outcome> {
  // Longer than the balancer takes to notice.
  const env = { DRAIN_SECONDS: '1' }
  const world = await makeWorld(scope, { instances: options.instances, env })
  await world.cognito.patchPool({ accessTokenSeconds: 3, ...strict })
  const balancer = await startBalancer(scope)
  const running = [...world.instances]
  for (const { url } of running) balancer.add(url)
  await Promise.all(running.map(({ url }) => balancer.when(url, true)))
  const problems = new Problems()
  const cookies = await Promise.all(
    Array.from({ length: options.sessions }, () => login(balancer.url))
  )
  let isOver = false
  const load = Promise.all(cookies.map(cookie => hammer(balancer.url, cookie, () => isOver)))
  const environments = steps(options)
  const downtimes: number[] = []
  for (const change of environments) {
    for (const [i, old] of running.entries()) {
      const fresh = await world.start(change)
      balancer.add(fresh.url)
      await balancer.when(fresh.url, true)
      const begun = performance.now()
      const code = await old.drain()
      downtimes.push(performance.now() - begun)
      problems.check(code === 0, `a drained process ended with ${code}`)
      balancer.remove(old.url)
      running[i] = fresh
      cookies.push(await login(balancer.url))
    }
  }
  isOver = true
  const answers = (await load).flat()
  for (const { status, code } of answers) {
    problems.check(status === 200, `answered ${status} ${code ?? ''}`)
  }
  const lost = await lostSessions(balancer.url, cookies)
  problems.check(lost === 0, `${lost} sessions are lost`)
  return {
    figures: {
      instances: options.instances,
      'instances replaced': downtimes.length,
      requests: answers.length,
      'failed requests': answers.filter(({ status }) => status !== 200).length,
      'sessions lost': lost,
      'refreshes at Cognito': (await world.cognito.calls()).GetTokensFromRefreshToken ?? 0,
      'p99 (ms)': percentile(
        answers.map(({ ms }) => ms),
        99
      ),
      'draining (longest, ms)': percentile(downtimes, 100)
    },
    problems: problems.list()
  }
}

/** The environment of each round. A new key is first known everywhere, then used, then the old one goes. */
function steps({ rounds, isRotatingKeys }: RollingOptions): Env[] {
  if (!isRotatingKeys) return Array.from({ length: rounds }, () => ({}))
  const newKey = randomBytes(32).toString('base64')
  return [`${testKey},${newKey}`, `${newKey},${testKey}`].map(keys => ({ SESSION_KEYS: keys }))
}

async function hammer(url: string, cookie: string, isOver: () => boolean): Promise<Result[]> {
  const answers: Result[] = []
  while (!isOver()) {
    answers.push(await hello(url, cookie))
    await pause(15)
  }
  return answers
}

async function lostSessions(url: string, cookies: readonly string[]): Promise<number> {
  const answers = await Promise.all(cookies.map(cookie => hello(url, cookie)))
  return answers.filter(({ status }) => status !== 200).length
}
