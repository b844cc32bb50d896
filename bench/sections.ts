/** What there is to measure, by name. */
import { measureConcurrency } from './concurrency.ts'
import { hasWrk } from './drivers/wrk.ts'
import { measureEnumeration } from './enumeration.ts'
import { measureLive } from './live.ts'
import { measureLogin } from './login.ts'
import { measureProxyPath } from './proxy-path.ts'
import type { RoundsOptions } from './rounds.ts'
import type { World } from './service.ts'
import { measureSessionPath } from './session-path.ts'
import { measureSrp } from './srp.ts'
import { measureStartUp } from './start-up.ts'
import { measureStored } from './stored/measure.ts'
import { measureStorm } from './storm.ts'
import { measureStreaming } from './streaming.ts'
import { measureByWrk } from './wrk.ts'

/** As asked for; `isQuick`: as little as shows that it runs, and about where the figures lie. */
export interface Shape extends Required<Omit<RoundsOptions, 'driver'>> {
  readonly isQuick: boolean
}

export interface Section {
  /** How it is measured, for the record. */
  readonly options: Readonly<Record<string, number>>
  /** Undefined where this machine lacks something for it. */
  measure(world: World): unknown
}

/** The sections, by name and in order. */
export function sectionsOf({ isQuick, rounds, seconds, connections }: Shape) {
  const full = { rounds, seconds, connections }
  // Many points, of which the shape counts.
  const short = { rounds: Math.min(3, rounds), seconds: Math.min(2, seconds), connections }
  // A p99 takes some thousand requests, and rounds enough that what else the machine does meets both phases.
  const many = { rounds: 3 * rounds, seconds }
  const atOnce = isQuick ? [1, 100, 1000] : [1, 10, 100, 300, 1000]
  const stored = isQuick ? [1e3, 1e4] : [1e3, 1e4, 1e5, 1e6]
  const samples = isQuick ? 50 : 300
  const live = isQuick
    ? { messages: 300, sockets: 200, streams: 500 }
    : { messages: 3000, sockets: 2000, streams: 5000 }
  return {
    session: { options: full, measure: world => measureSessionPath(world, full) },
    proxy: { options: full, measure: world => measureProxyPath(world, full) },
    srp: { options: { rounds }, measure: () => measureSrp(rounds) },
    login: { options: many, measure: world => measureLogin(world, many) },
    concurrency: {
      options: { rounds: short.rounds, seconds: short.seconds },
      measure: world => measureConcurrency(world, short, atOnce)
    },
    stored: {
      options: full,
      measure: world => measureStored(world, { ...full, ...lighter() }, stored)
    },
    streaming: { options: {}, measure: world => measureStreaming(world) },
    live: { options: live, measure: world => measureLive(world, live) },
    start: { options: { rounds }, measure: world => measureStartUp(world, rounds) },
    storm: { options: { rounds: many.rounds }, measure: world => measureStorm(world, many.rounds) },
    enumeration: { options: { samples }, measure: world => measureEnumeration(world, samples) },
    wrk: { options: full, measure: world => measureByWrk(world, full) }
  } satisfies Readonly<Record<string, Section>>
}

/**
 * Driver and Redis share what the service leaves of a small machine. Where Redis is what differs, the driver
 * that takes least shows the service and not the machine.
 */
function lighter(): Pick<RoundsOptions, 'driver'> {
  return hasWrk() ? { driver: 'wrk' } : {}
}

/** Left out unless asked for: it tells the same once more. */
export const secondDriver = 'wrk'
