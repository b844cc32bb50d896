/** Redis fails under load, in every way there is, and comes back: 503 meanwhile, and nothing is lost. */
import type { Scope } from '../../support/redis.ts'
import { ask, hello, login, password, type Result } from '../client.ts'
import { type Outcome, Problems, percentile } from '../outcome.ts'
import type { RedisFault } from '../redis-faults.ts'
import { startWire, type Wire } from '../wire.ts'
import { makeWorld, pause, strict, until, type World } from '../world.ts'

export interface RedisOutageOptions {
  readonly fault: RedisFault
  readonly processes: number
  /** How long Redis is away (ms). */
  readonly lasts: number
  /** Requests under way at any moment. */
  readonly atOnce: number
  /** Also complain of answers after 1 s and a recovery after 2 s: not for machines that are busy. */
  readonly isTimed: boolean
}

interface Cookies {
  readonly good: string
  /** Its access token has expired: it needs a refresh, which needs a write. */
  readonly expired: string
}

export async function redisOutage(scope: Scope, options: RedisOutageOptions): Promise<Outcome> {
  const { fault, processes, lasts, atOnce, isTimed } = options
  const persistent = ['--appendonly', 'yes', '--appendfsync', 'always']
  let wire: Wire | undefined
  const world = await makeWorld(scope, {
    instances: processes,
    redisArguments: persistent,
    reach: async redis => {
      wire = await startWire(scope, redis.url)
      return { REDIS_URL: wire.url }
    }
  })
  if (wire === undefined) throw new Error('there is no wire')
  const cookies = await prepare(world)
  const refreshes = async () => (await world.cognito.calls()).GetTokensFromRefreshToken ?? 0
  const refreshedBefore = await refreshes()
  const problems = new Problems()

  await fault.begin(world.redis, wire)
  const end = performance.now() + lasts
  const expectation = expect(fault, problems)
  const found = await Promise.all(
    Array.from({ length: atOnce }, () => hammer(world, cookies, end, expectation))
  )
  const refreshedMeanwhile = (await refreshes()) - refreshedBefore
  if (!fault.isHarmless && !fault.isFull) {
    problems.check(
      refreshedMeanwhile === 0,
      `${refreshedMeanwhile} refreshes that nobody can store`
    )
  }
  if (fault.isFull)
    problems.check(refreshedMeanwhile === 1, 'the expired session was not refreshed')
  await fault.end(world.redis, wire)
  const recovery = await recover(world, cookies, problems)

  const answers = found.flat()
  const slowest = percentile(
    answers.map(({ ms }) => ms),
    100
  )
  const isFast = fault.isHarmless || slowest < 1000
  if (isTimed) problems.check(isFast, `an answer took ${slowest} ms`)
  if (isTimed) problems.check(recovery < 2000, `recovered after ${Math.round(recovery)} ms only`)
  return {
    figures: {
      'responses meanwhile': answers.length,
      'p50 (ms)': percentile(
        answers.map(({ ms }) => ms),
        50
      ),
      'p99 (ms)': percentile(
        answers.map(({ ms }) => ms),
        99
      ),
      'slowest (ms)': slowest,
      'recovered after (ms)': Math.round(recovery)
    },
    problems: problems.list()
  }
}

async function prepare(world: World): Promise<Cookies> {
  await world.cognito.patchPool({ accessTokenSeconds: 1, ...strict })
  const expired = await login(world.next().url)
  await world.cognito.patchPool({ accessTokenSeconds: 300 })
  await pause(1100)
  return { expired, good: await login(world.next().url) }
}

type Expectation = (kind: 'good' | 'expired' | 'login' | 'anonymous', answer: Result) => void

/** What each kind of request is answered while the fault lasts. */
function expect(fault: RedisFault, problems: Problems): Expectation {
  return (kind, { status, code, cookie, retryAfter }) => {
    const complain = () => problems.note(`${kind}: ${status} ${code ?? ''}`)
    if (kind === 'anonymous') return void (status === 200 || complain())
    if (fault.isHarmless) return void (status === 200 || complain())
    if (fault.isFull && kind !== 'login' && status === 200) return
    // A connection to a read-only server is given up, for it may be the wrong one: a moment without reads.
    if (fault.isReadable && kind === 'good' && status === 200) return
    if (status !== 503 || code !== 'store_unavailable' || !retryAfter) complain()
    if (cookie !== undefined) problems.note(`${kind}: the cookie was touched`)
  }
}

async function hammer(world: World, cookies: Cookies, end: number, expectation: Expectation) {
  const answers: Result[] = []
  while (performance.now() < end) {
    const { url } = world.next()
    const body = { email: 'demo@example.com', password }
    const round = await Promise.all([
      hello(url, cookies.good),
      hello(url, cookies.expired),
      ask(url, '/auth/login', { method: 'POST', body }),
      ask(url, '/auth/session')
    ])
    for (const [i, kind] of (['good', 'expired', 'login', 'anonymous'] as const).entries()) {
      const answer = round[i]
      if (answer) expectation(kind, answer)
    }
    // A login is not bound to a second: it proves a password first.
    answers.push(...round.filter((_, i) => i !== 2))
    await pause(10)
  }
  return answers
}

/** How long until both sessions are served by every process (ms). */
async function recover(world: World, cookies: Cookies, problems: Problems): Promise<number> {
  const served = async () => {
    const asked = world.instances.flatMap(({ url }) => [
      hello(url, cookies.good),
      hello(url, cookies.expired)
    ])
    return (await Promise.all(asked)).map(({ status, code }) => `${status} ${code ?? ''}`)
  }
  const isWell = (answers: string[]) => answers.every(answer => answer === '200 ')
  try {
    return await until(served, isWell, 15_000)
  } catch (error) {
    problems.note(`no recovery: ${error}`)
    return Number.POSITIVE_INFINITY
  }
}
