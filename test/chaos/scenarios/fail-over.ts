/** The Redis master dies under load, and its replica takes over: by Sentinel, or in a Cluster. */
import { startCognito } from '../../support/cognito.ts'
import type { Scope, TestRedis } from '../../support/redis.ts'
import { replicated, startCluster } from '../../support/redis-cluster.ts'
import { startSentinel } from '../../support/redis-sentinel.ts'
import { hello, login, type Result } from '../client.ts'
import { type Env, type Instance, startInstance } from '../instance.ts'
import { type Outcome, Problems, percentile, tally } from '../outcome.ts'
import { pause, until } from '../world.ts'

export interface FailOverOptions {
  readonly kind: 'Sentinel' | 'Cluster'
  readonly sessions: number
  readonly processes: number
}

interface Servers {
  readonly env: Env
  readonly master: TestRedis
  readonly replica: TestRedis
}

export async function failOver(scope: Scope, options: FailOverOptions): Promise<Outcome> {
  const { env, master, replica } = await startServers(scope, options.kind)
  const cognito = await startCognito(scope)
  // Replication is asynchronous: a write that Redis acknowledged and lost is what the grace is for.
  const rotation = { refreshRotation: true, retryGraceSeconds: 60 }
  await cognito.patchPool({ accessTokenSeconds: 3, ...rotation })
  const all = { ...env, COGNITO_ENDPOINT: cognito.url }
  const instances = await Promise.all(
    Array.from({ length: options.processes }, () => startInstance(scope, all))
  )
  await Promise.all(instances.map(({ url }) => until(() => login(url), Boolean)))
  const cookies = await Promise.all(
    Array.from({ length: options.sessions }, (_, i) => login(at(instances, i).url))
  )
  await replicated(master, replica)
  let isOver = false
  const load = cookies.map((cookie, i) => hammer(at(instances, i).url, cookie, () => isOver))
  await pause(500)
  await master.stop()
  const everybody = async () =>
    Promise.all(
      instances.flatMap(({ url }) => cookies.map(async cookie => (await hello(url, cookie)).status))
    )
  const problems = new Problems()
  const recovered = await until(everybody, answers => answers.every(isServed), 30_000).catch(
    error => {
      problems.note(`no recovery: ${String(error).slice(0, 200)}`)
      return Number.NaN
    }
  )
  isOver = true
  const answers = (await Promise.all(load)).flat()
  for (const { status, code } of answers) {
    const isFine = status === 200 || (status === 503 && code === 'store_unavailable')
    problems.check(isFine, `answered ${status} ${code ?? ''}`)
  }
  return {
    figures: {
      sessions: cookies.length,
      processes: instances.length,
      'responses meanwhile': tally(answers),
      'p99 (ms)': percentile(
        answers.map(({ ms }) => ms),
        99
      ),
      'all requests succeed again after (ms)': Math.round(recovered),
      'refreshes at Cognito': (await cognito.calls()).GetTokensFromRefreshToken ?? 0
    },
    problems: problems.list()
  }
}

async function startServers(scope: Scope, kind: FailOverOptions['kind']): Promise<Servers> {
  if (kind === 'Sentinel') {
    const { master, replica, address, name } = await startSentinel(scope)
    return { master, replica, env: { REDIS_SENTINELS: address, REDIS_SENTINEL_NAME: name } }
  }
  const { masters, replica, urls } = await startCluster(scope)
  const nodes = urls.map(url => new URL(url).host).join(',')
  return { master: masters[0], replica, env: { REDIS_CLUSTER_NODES: nodes } }
}

const isServed = (status: number) => status === 200

function at(instances: readonly Instance[], i: number): Instance {
  const instance = instances[i % instances.length]
  if (instance === undefined) throw new Error('there is no process')
  return instance
}

async function hammer(url: string, cookie: string, isOver: () => boolean): Promise<Result[]> {
  const answers: Result[] = []
  while (!isOver()) {
    answers.push(await hello(url, cookie))
    await pause(20)
  }
  return answers
}
