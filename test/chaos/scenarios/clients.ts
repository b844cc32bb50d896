/** The model of two clients, run against two processes and a real Redis. */
import { asyncModelRun, asyncProperty, check, commands } from 'fast-check'
import { connectRedis } from '../../../src/redis/connect.ts'
import { redisBackend } from '../../../src/session/redis-backend.ts'
import { createSessionStore } from '../../../src/session/store.ts'
import type { Scope } from '../../support/redis.ts'
import { testKey } from '../../support/service.ts'
import { hello, login } from '../client.ts'
import { steps } from '../clients-commands.ts'
import { endings } from '../clients-endings.ts'
import { lastCheck, type Model, type Real } from '../clients-model.ts'
import type { Outcome } from '../outcome.ts'
import { makeWorld, strict } from '../world.ts'

export interface ClientsOptions {
  readonly runs: number
  readonly seed: number
  /** No run is begun after this long (ms). */
  readonly limit?: number
}

const long = 30 * 86_400

export async function clients(scope: Scope, options: ClientsOptions): Promise<Outcome> {
  const real = await makeReal(scope)
  let ran = 0
  let executed = 0
  const property = asyncProperty(
    commands([...steps, ...endings], { maxCommands: 20, size: 'max' }),
    async sequence => {
      ran += 1
      await real.world.redis.cli('FLUSHALL')
      real.inFlight.splice(0)
      real.loaded.splice(0)
      const model: Model = { live: [undefined, undefined], ended: new Set() }
      await asyncModelRun(() => ({ model, real }), sequence)
      executed += [...sequence].length
      await lastCheck(model, real)
    }
  )
  const result = await check(property, {
    numRuns: options.runs,
    seed: options.seed,
    endOnFailure: true,
    ...(options.limit !== undefined && { interruptAfterTimeLimit: options.limit })
  })
  const failed = result.failed && !result.interrupted
  const found = `${result.errorInstance ?? 'failed'} after ${String(result.counterexample)}`
  return {
    figures: {
      runs: ran,
      steps: executed,
      'refreshes at Cognito': (await real.world.cognito.calls()).GetTokensFromRefreshToken ?? 0
    },
    problems: failed ? [found] : []
  }
}

async function makeReal(scope: Scope): Promise<Real> {
  const world = await makeWorld(scope, {
    instances: 2,
    env: {
      COGNITO_AUTH_FLOW: 'USER_PASSWORD_AUTH',
      SESSION_IDLE_SECONDS: `${long}`,
      SESSION_ABSOLUTE_SECONDS: `${12 * long}`,
      REAUTHENTICATION_SECONDS: '86400',
      LOG_LEVEL: 'warn'
    }
  })
  await world.cognito.patchPool({
    accessTokenSeconds: 300,
    refreshTokenSeconds: 12 * long,
    attemptCaps: false,
    ...strict
  })
  let offset = 0
  const store = createSessionStore({
    backend: redisBackend(connectRedis({ url: world.redis.url })),
    keys: [Buffer.from(testKey, 'base64')],
    idleSeconds: long,
    clock: () => Date.now() + offset
  })
  scope.teardown(() => store.close())
  const url = world.next().url
  const { sub = '' } = await hello(url, await login(url))
  return {
    world,
    sub,
    store,
    inFlight: [],
    loaded: [],
    async advance(seconds) {
      offset += seconds * 1000
      await world.cognito.advance(seconds)
      await Promise.all(world.instances.map(instance => instance.advance(seconds * 1000)))
    }
  }
}
