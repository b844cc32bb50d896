/** What a long run consists of: every scenario at full size, the short ones first. */
import type { Scope } from '../support/redis.ts'
import type { Outcome } from './outcome.ts'
import { redisFaults } from './redis-faults.ts'
import { clients } from './scenarios/clients.ts'
import { clocks } from './scenarios/clocks.ts'
import { crash } from './scenarios/crash.ts'
import { crossing } from './scenarios/crossing.ts'
import { endings } from './scenarios/ends.ts'
import { failOver } from './scenarios/fail-over.ts'
import { live } from './scenarios/live.ts'
import { redisMidRefresh } from './scenarios/redis-mid-refresh.ts'
import { redisOutage } from './scenarios/redis-outage.ts'
import { rolling } from './scenarios/rolling.ts'
import { stampede } from './scenarios/stampede.ts'
import { switchOver } from './scenarios/switch-over.ts'

export interface Part {
  readonly title: string
  /** Only how many of them have run is bounded by the time given (ms), not what must be true. */
  run(scope: Scope, seed: number, time: number): Promise<Outcome>
  /** Gets this share of the time that the parts before it have left. */
  readonly share?: number
}

const outages: Part[] = redisFaults.map(fault => ({
  title: `Redis: ${fault.name}`,
  run: scope => redisOutage(scope, { fault, processes: 2, lasts: 3000, atOnce: 8, isTimed: true })
}))

const switches = [
  ['crash', 'the primary is killed'],
  ['frozen', 'the primary hangs'],
  ['documented', 'planned, as documented'],
  ['bare', 'planned, without stopping the writes first']
] as const

/** So many of each kind. */
export const failOvers = (rounds: number): Part[] =>
  switches.map(([kind, title]) => ({
    title: `Users log in and out during a Sentinel fail-over: ${title}`,
    run: scope => switchOver(scope, { kind, rounds, processes: 2, users: 4 })
  }))

export const plan: readonly Part[] = [
  {
    title: '500 requests of an expired session over 4 processes, rotation on, no grace period',
    run: scope => stampede(scope, { requests: 500, processes: 4, cognitoTakes: 0, rounds: 5 })
  },
  {
    title: 'The same while Cognito takes longer than the lease (3 s)',
    run: scope => stampede(scope, { requests: 500, processes: 4, cognitoTakes: 4500, rounds: 2 })
  },
  {
    title: 'kill -9 between Cognito’s rotation and the write, within the grace period',
    run: scope => crash(scope, { grace: 30, rounds: 3 })
  },
  {
    title:
      'The same outside the grace period: the session ends, is audited, and its cookie is cleared',
    run: scope => crash(scope, { grace: 0, rounds: 3 })
  },
  ...outages,
  {
    title: 'Redis unreachable between Cognito’s rotation and the write, no grace period',
    run: scope => redisMidRefresh(scope, { rounds: 3, lasts: 5000 })
  },
  ...(['Sentinel', 'Cluster'] as const).map(kind => ({
    title: `The Redis master dies under load: fail-over by ${kind}`,
    run: (scope: Scope) => failOver(scope, { kind, sessions: 30, processes: 2 })
  })),
  ...failOvers(1),
  {
    title: 'Instances replaced in turn under load, with graceful drain',
    run: scope => rolling(scope, { instances: 2, sessions: 20, rounds: 2, isRotatingKeys: false })
  },
  {
    title: 'SESSION_KEYS rotated in two steps under load',
    run: scope => rolling(scope, { instances: 2, sessions: 20, rounds: 2, isRotatingKeys: true })
  },
  {
    title: 'Clocks five minutes fast, five minutes slow, and jumping',
    run: scope => clocks(scope)
  },
  {
    title: 'Sessions with 200 sockets and 400 streams end anywhere, and Redis restarts',
    run: (scope, seed) => live(scope, { instances: 4, sessions: 200, seed })
  },
  {
    title: 'Session ends during other calls, and Redis unavailable during a change: the model',
    share: 0.4,
    run: (scope, seed, time) => endings(scope, { runs: 2000, seed, limit: time })
  },
  {
    title: 'Two clients at two processes: the model',
    share: 0.55,
    run: (scope, seed, time) => clients(scope, { runs: 2000, seed, limit: time })
  },
  {
    title: '50 sessions in parallel over 4 processes: every response belongs to the right user',
    share: 1,
    run: (scope, seed, time) =>
      crossing(scope, {
        sessions: 50,
        processes: 4,
        pairings: 100_000,
        atOnce: 48,
        seed,
        until: performance.now() + time
      })
  }
]
