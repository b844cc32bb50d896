/** The goals of load that lasts and data that grows, each beside what was measured. */
import type { LoginLoad } from '../login.ts'
import type { Soak } from '../soak-result.ts'
import type { Stored } from '../stored/measure.ts'
import { flatGoals } from './flat.ts'
import { atLeast, atMost, count, type Goal } from './goal.ts'
import { type Read, wasBusy } from './results.ts'
import { shown } from './svg.ts'

export function growthGoals(read: Read): Goal[] {
  return [...loginGoals(read), ...storedGoals(read), ...soakGoals(read)]
}

function loginGoals(read: Read): Goal[] {
  const login = read<LoginLoad>('login')
  if (!login) return []
  const isBusy = wasBusy(login)
  const { wanted, rate, failed, idle, busy } = login.result
  const what = `${wanted} logins a second`
  // A rate that was not reached is no such load: then nothing follows for the goals.
  const isUnclear = isBusy || rate < wanted * 0.95
  const others = busy.others.p99 / idle.others.p99
  const ratio = atMost(`${what}: p99 of other requests`, ' of idle', others, most, isUnclear)
  // Where a process without logins has become as slow, the machine lacks cores.
  const bystander = busy.bystander.p99 / idle.bystander.p99
  const isMachine = ratio.verdict === 'missed' && bystander > most
  return [
    count(`${what}: failed`, failed, 0),
    atMost(`${what}: event-loop delay, p99`, ' ms', busy.loop.p99, 10, isUnclear),
    {
      ...ratio,
      measured: `${ratio.measured} (${shown(busy.others.p99)} ms; process without logins ${shown(bystander)})`,
      verdict: isMachine ? 'unclear' : ratio.verdict
    }
  ]
}

/** How much slower others may become by logins. */
const most = 1.5

/** Within 5 %. */
const unchanged = 0.95

function storedGoals(read: Read): Goal[] {
  const stored = read<Stored>('stored')
  if (!stored) return []
  const { points, plainJson, largestToFewest } = stored.result
  const [fewest, largest] = [points[0], points.at(-1)]
  if (!fewest || !largest) return []
  const inRedis = `with ${shown(largest.sessions)} sessions in one Redis`
  // Two standard errors: in one of twenty measurements the truth lies further away.
  const isNear = Math.abs(largestToFewest.rate - unchanged) < 2 * largestToFewest.error
  const isUnclear = wasBusy(stored) || isNear
  const throughput = `GET /auth/session ${inRedis} relative to ${shown(fewest.sessions)}`
  return [
    atMost(
      `${inRedis}: bytes per record, relative to plain JSON`,
      '',
      largest.record / plainJson,
      0.6
    ),
    atMost(`${inRedis}: the same, including the index`, '', largest.each / plainJson, 0.6),
    atLeast(throughput, largestToFewest, unchanged, isUnclear)
  ]
}

function soakGoals(read: Read): Goal[] {
  const soak = read<Soak>('soak')
  return soak ? flatGoals(soak.result) : []
}
