/** Everything one scenario needs, really running: Redis, the local Cognito, some processes of the service. */
import { type Cognito, startCognito } from '../support/cognito.ts'
import { type Scope, startRedis, type TestRedis } from '../support/redis.ts'
import { type Env, type Instance, startInstance } from './instance.ts'

export interface World {
  readonly redis: TestRedis
  readonly cognito: Cognito
  readonly instances: readonly Instance[]
  /** One more process, like the others. */
  start(env?: Env): Promise<Instance>
  /** The process whose turn it is. */
  next(): Instance
}

export interface WorldOptions {
  readonly instances?: number
  readonly redisArguments?: readonly string[]
  /** Where the processes reach Redis and Cognito, if not directly. */
  readonly reach?: (redis: TestRedis, cognito: Cognito) => Promise<Env>
  readonly env?: Env
}

export async function makeWorld(scope: Scope, options: WorldOptions = {}): Promise<World> {
  const { instances: count = 1, redisArguments = [], reach, env = {} } = options
  const redis = await startRedis(scope, redisArguments)
  const cognito = await startCognito(scope)
  const direct = { REDIS_URL: redis.url, COGNITO_ENDPOINT: cognito.url }
  const common = { ...direct, ...(await reach?.(redis, cognito)), ...env }
  const start = (more: Env = {}) => startInstance(scope, { ...common, ...more })
  const instances = await Promise.all(Array.from({ length: count }, () => start()))
  let turn = 0
  return {
    redis,
    cognito,
    instances,
    start,
    next() {
      const instance = instances[turn++ % instances.length]
      if (instance === undefined) throw new Error('this world has no process')
      return instance
    }
  }
}

/** Asks again and again until the answer is as wanted; how long that took (ms). Throws after `limit`. */
export async function until<T>(
  question: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  limit = 20_000
): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const answer = await question()
    const ms = performance.now() - begun
    if (isWanted(answer)) return ms
    if (ms > limit) throw new Error(`still ${JSON.stringify(answer)} after ${Math.round(ms)} ms`)
    await pause(20)
  }
}

export const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

/** Rotation without any grace: whatever refreshes twice is found out. */
export const strict = { refreshRotation: true, retryGraceSeconds: 0 } as const
