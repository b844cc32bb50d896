/** The goals of single requests, each beside what was measured. */

import type { Live } from '../live.ts'
import type { Measured } from '../rounds.ts'
import type { SessionPath } from '../session-path.ts'
import type { SrpFigure } from '../srp.ts'
import type { StartUp } from '../start-up.ts'
import type { Storm } from '../storm.ts'
import type { Streamed } from '../streaming.ts'
import type { Wrk } from '../wrk.ts'
import { enumerationGoals } from './enumeration.ts'
import { atMost, compare, count, type Goal, verdictOf } from './goal.ts'
import { growthGoals } from './growth-goals.ts'
import { type Read, wasBusy } from './results.ts'
import { shown } from './svg.ts'

export function goals(read: Read): Goal[] {
  return [
    ...sessionGoals(read),
    ...proxyGoals(read),
    ...wrkGoals(read),
    ...srpGoals(read),
    ...stormGoals(read),
    ...growthGoals(read),
    ...enumerationGoals(read),
    ...otherGoals(read)
  ]
}

function sessionGoals(read: Read): Goal[] {
  const session = read<SessionPath>('session')
  if (!session) return []
  const { variants, commands } = session.result
  return [
    ...sessionRatios(variants, wasBusy(session), ''),
    count('Redis commands, signed in', commands.signedIn, 1),
    count('Redis commands, anonymous', commands.anonymous, 0)
  ]
}

function sessionRatios(variants: readonly Measured[], isBusy: boolean, by: string): Goal[] {
  const ratio = compare(variants, isBusy)
  const signedIn = `GET /auth/session${by}`
  return [
    ratio(`${signedIn} relative to bare Fastify + GET`, 'service', 'bare Fastify + GET', 0.75),
    ratio(
      `${signedIn} relative to the same, parsed`,
      'service',
      'bare Fastify + GET + parse',
      0.75
    ),
    ratio(`${signedIn} relative to @fastify/session + connect-redis`, 'service', readme, 2),
    ratio(`${signedIn} relative to the same, tuned`, 'service', '@fastify/session, tuned', 2),
    ratio(
      `${signedIn} relative to express-session + connect-redis`,
      'service',
      'express-session',
      4
    ),
    ratio(
      `anonymous ${signedIn} relative to bare Fastify`,
      'service, anonymous',
      'bare Fastify',
      0.9
    )
  ]
}

const readme = '@fastify/session, as in its README'

function proxyGoals(read: Read): Goal[] {
  const proxy = read<readonly Measured[]>('proxy')
  return proxy ? [proxyRatio(proxy.result, wasBusy(proxy), '')] : []
}

function proxyRatio(variants: readonly Measured[], isBusy: boolean, by: string): Goal {
  const what = `GET /api/*${by} relative to bare @fastify/http-proxy`
  return compare(variants, isBusy)(what, 'service', 'bare @fastify/http-proxy', 0.75)
}

/** The same goals by the second driver. */
function wrkGoals(read: Read): Goal[] {
  const wrk = read<Wrk>('wrk')
  if (!wrk) return []
  const isBusy = wasBusy(wrk)
  const { session, proxy } = wrk.result
  return [...sessionRatios(session, isBusy, ' (wrk)'), proxyRatio(proxy, isBusy, ' (wrk)')]
}

function srpGoals(read: Read): Goal[] {
  const [stock, service, bare] = read<readonly SrpFigure[]>('srp')?.result ?? []
  if (!stock || !service || !bare) return []
  const cheaper = stock.ms / service.ms
  return [
    {
      what: 'SRP arithmetic of a login, compared with the unmodified library',
      wanted: '60 times cheaper',
      measured: `${shown(cheaper)} times`,
      byCpu: '',
      verdict: verdictOf(cheaper >= 60)
    },
    atMost('the same, compared with bare OpenSSL', ' of it', service.ms / bare.ms, 1.2)
  ]
}

function stormGoals(read: Read): Goal[] {
  const storm = read<Storm>('storm')
  if (!storm) return []
  const { requests, processes, cognitoTakes, refreshes, served, p99 } = storm.result
  const what = `${requests} requests of one expired session over ${processes} processes`
  const name = `${what}: p99, with Cognito taking ${cognitoTakes} ms`
  return [
    count(`${what}: refreshes`, refreshes, 1),
    count(`${what}: successes`, served, requests),
    atMost(name, ' ms', p99, cognitoTakes + 100, wasBusy(storm))
  ]
}

function liveGoals(read: Read): Goal[] {
  const live = read<Live>('live')
  if (!live) return []
  const { message, sockets, streams } = live.result
  const added = message.through - message.direct
  return [
    atMost('a WebSocket message there and back: added, p50', ' ms', added, 0.2, wasBusy(live)),
    atMost(`${sockets.count} idle WebSockets: growth of memory`, ' MB', sockets.grown, 60),
    atMost(`${streams.count} idle event streams: growth of memory`, ' MB', streams.grown, 150)
  ]
}

function otherGoals(read: Read): Goal[] {
  const start = read<StartUp>('start')
  const streamed = read<readonly Streamed[]>('streaming')?.result ?? []
  const streams = streamed.map(({ direction, megabytes, grown }) =>
    atMost(`${megabytes} MB ${direction} through /api/*: growth of memory`, ' MB', grown, 50)
  )
  const live = liveGoals(read)
  if (!start) return [...streams, ...live]
  const { ms, cpu, rss } = start.result
  const started = atMost('start to first response', ' ms', ms, 1000, wasBusy(start))
  return [
    ...streams,
    ...live,
    { ...started, byCpu: `${shown(cpu)} ms` },
    atMost('idle memory', ' MB', rss, 120)
  ]
}
