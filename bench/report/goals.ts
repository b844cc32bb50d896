/** The goals, each beside what was measured. */
import type { Measured } from '../rounds.ts'
import type { SessionPath } from '../session-path.ts'
import type { SrpFigure } from '../srp.ts'
import type { StartUp } from '../start-up.ts'
import type { Storm } from '../storm.ts'
import type { Streamed } from '../streaming.ts'
import { shown } from './bars.ts'
import { kept, wasBusy } from './results.ts'

/** `unclear`: throughput and CPU time contradict each other, or the machine was busy with other things. */
export type Verdict = 'met' | 'missed' | 'unclear'

const verdictOf = (isMet: boolean): Verdict => (isMet ? 'met' : 'missed')

export interface Goal {
  readonly what: string
  readonly wanted: string
  /** By throughput, or whatever the goal is about. */
  readonly measured: string
  /** The same by CPU time per request, where the goal is one of throughput. */
  readonly byCpu: string
  readonly verdict: Verdict
}

export function goals(): Goal[] {
  return [...sessionGoals(), ...proxyGoals(), ...srpGoals(), ...stormGoals(), ...otherGoals()]
}

function sessionGoals(): Goal[] {
  const session = kept<SessionPath>('session')
  if (!session) return []
  const { variants, commands } = session.result
  const ratio = compare(variants, wasBusy(session))
  const signedIn = 'GET /auth/session'
  return [
    ratio(`${signedIn} to bare Fastify + GET`, 'service', 'bare Fastify + GET', 0.75),
    ratio(`${signedIn} to the same, parsed`, 'service', 'bare Fastify + GET + parse', 0.75),
    ratio(`${signedIn} to @fastify/session + connect-redis`, 'service', readme, 2),
    ratio(`${signedIn} to the same, tuned`, 'service', '@fastify/session, tuned', 2),
    ratio(`${signedIn} to express-session + connect-redis`, 'service', 'express-session', 4),
    ratio(`anonymous ${signedIn} to bare Fastify`, 'service, anonymous', 'bare Fastify', 0.9),
    count('Redis commands, signed in', commands.signedIn, 1),
    count('Redis commands, anonymous', commands.anonymous, 0)
  ]
}

const readme = '@fastify/session, as its README'

function proxyGoals(): Goal[] {
  const proxy = kept<readonly Measured[]>('proxy')
  if (!proxy) return []
  const ratio = compare(proxy.result, wasBusy(proxy))
  return [
    ratio('GET /api/* to bare @fastify/http-proxy', 'service', 'bare @fastify/http-proxy', 0.75)
  ]
}

function srpGoals(): Goal[] {
  const [stock, service, bare] = kept<readonly SrpFigure[]>('srp')?.result ?? []
  if (!stock || !service || !bare) return []
  const cheaper = stock.ms / service.ms
  const toBare = service.ms / bare.ms
  return [
    {
      what: 'SRP arithmetic of a login, against the library as it is',
      wanted: '60 times cheaper',
      measured: `${shown(cheaper)} times`,
      byCpu: '',
      verdict: verdictOf(cheaper >= 60)
    },
    {
      what: 'the same, against bare OpenSSL',
      wanted: 'at most 1.2 of it',
      measured: shown(toBare),
      byCpu: '',
      verdict: verdictOf(toBare <= 1.2)
    }
  ]
}

function stormGoals(): Goal[] {
  const storm = kept<Storm>('storm')?.result
  if (!storm) return []
  const { requests, processes, cognitoTakes, refreshes, served, p99 } = storm
  const what = `${requests} requests of one expired session over ${processes} processes`
  return [
    count(`${what}: refreshes`, refreshes, 1),
    count(`${what}: successes`, served, requests),
    {
      what: `${what}: p99, Cognito taking ${cognitoTakes} ms`,
      wanted: `<= ${cognitoTakes + 100} ms`,
      measured: `${shown(p99)} ms`,
      byCpu: '',
      verdict: verdictOf(p99 <= cognitoTakes + 100)
    }
  ]
}

function otherGoals(): Goal[] {
  const start = kept<StartUp>('start')?.result
  const streamed = kept<readonly Streamed[]>('streaming')?.result ?? []
  const streams = streamed.map(({ direction, megabytes, grown }) => ({
    what: `${megabytes} MB ${direction} through /api/*: growth of memory`,
    wanted: 'flat (under 50 MB)',
    measured: `${shown(grown)} MB`,
    byCpu: '',
    verdict: verdictOf(grown < 50)
  }))
  if (!start) return streams
  const { ms, cpu, rss } = start
  return [
    ...streams,
    {
      what: 'start to first answer',
      wanted: '< 1 s',
      measured: `${shown(ms)} ms`,
      byCpu: `${shown(cpu)} ms`,
      verdict: verdictOf(ms < 1000)
    },
    {
      what: 'idle memory',
      wanted: '< 120 MB',
      measured: `${shown(rss)} MB`,
      byCpu: '',
      verdict: verdictOf(rss < 120)
    }
  ]
}

/** More is better: requests a second by throughput, requests per CPU time by CPU. */
const compare =
  (variants: readonly Measured[], isBusy: boolean) =>
  (what: string, ours: string, theirs: string, wanted: number): Goal => {
    const find = (name: string) => variants.find(variant => variant.name === name)
    const [a, b] = [find(ours), find(theirs)]
    const rate = a && b ? a.rate / b.rate : Number.NaN
    const cpu = a && b ? b.cpu / a.cpu : Number.NaN
    const agree = rate >= wanted === cpu >= wanted
    const verdict = agree && !isBusy ? verdictOf(rate >= wanted) : 'unclear'
    return { what, wanted: `>= ${wanted}`, measured: shown(rate), byCpu: shown(cpu), verdict }
  }

function count(what: string, measured: number, wanted: number): Goal {
  const verdict = verdictOf(measured === wanted)
  return { what, wanted: String(wanted), measured: String(measured), byCpu: '', verdict }
}
