/** What there is to measure, by name. */
import { measureConcurrency } from './concurrency.ts'
import { measureLogin } from './login.ts'
import { measureProxyPath } from './proxy-path.ts'
import type { World } from './service.ts'
import { measureSessionPath } from './session-path.ts'
import { measureSrp } from './srp.ts'
import { measureStartUp } from './start-up.ts'
import { measureStored } from './stored/measure.ts'
import { measureStorm } from './storm.ts'
import { measureStreaming } from './streaming.ts'
import { measureByWrk } from './wrk.ts'

export interface Shape {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  /** As little as shows that it runs, and about where the figures lie. */
  readonly isQuick: boolean
}

type Section = (world: World, shape: Shape) => unknown

export const sections = {
  session: (world, { isQuick: _, ...shape }) => measureSessionPath(world, shape),
  proxy: (world, { isQuick: _, ...shape }) => measureProxyPath(world, shape),
  srp: (_, { rounds }) => measureSrp(rounds),
  // A p99 takes some hundred requests: more seconds than a throughput needs.
  login: (world, { rounds, seconds }) => measureLogin(world, { rounds, seconds: 2 * seconds }),
  // Many points, of which the shape counts: shorter.
  concurrency: (world, { isQuick, ...shape }) =>
    measureConcurrency(world, shorter(shape), isQuick ? [1, 100, 1000] : [1, 10, 100, 300, 1000]),
  stored: (world, { isQuick, ...shape }) =>
    measureStored(world, shape, isQuick ? [1e3, 1e4] : [1e3, 1e4, 1e5, 1e6]),
  streaming: world => measureStreaming(world),
  start: (world, { rounds }) => measureStartUp(world, rounds),
  storm: world => measureStorm(world),
  wrk: (world, { isQuick: _, ...shape }) => measureByWrk(world, shape)
} satisfies Readonly<Record<string, Section>>

function shorter({ rounds, seconds, connections }: Omit<Shape, 'isQuick'>) {
  return { rounds: Math.min(3, rounds), seconds: Math.min(2, seconds), connections }
}

export type SectionName = keyof typeof sections

/** What runs where nothing is asked for: all but the second driver, which tells the same once more. */
export const standard: readonly SectionName[] = [
  'session',
  'proxy',
  'srp',
  'login',
  'concurrency',
  'stored',
  'streaming',
  'start',
  'storm'
]

export function isSection(name: string): name is SectionName {
  return Object.hasOwn(sections, name)
}
