/** The goals, each beside what was measured. */
import type { Measured } from '../rounds.ts'
import type { SessionPath } from '../session-path.ts'
import type { SrpFigure } from '../srp.ts'
import type { StartUp } from '../start-up.ts'
import type { Streamed } from '../streaming.ts'
import { shown } from './bars.ts'
import { kept } from './results.ts'

export interface Goal {
  readonly what: string
  readonly wanted: string
  /** By throughput, or whatever the goal is about. */
  readonly measured: string
  /** The same by CPU time per request, where the goal is one of throughput. */
  readonly byCpu: string
  readonly isMet: boolean
}

export function goals(): Goal[] {
  return [...sessionGoals(), ...proxyGoals(), ...srpGoals(), ...otherGoals()]
}

function sessionGoals(): Goal[] {
  const session = kept<SessionPath>('session')?.result
  if (!session) return []
  const { variants, commands } = session
  const ratio = compare(variants)
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
  const proxy = kept<readonly Measured[]>('proxy')?.result
  if (!proxy) return []
  const ratio = compare(proxy)
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
      isMet: cheaper >= 60
    },
    {
      what: 'the same, against bare OpenSSL',
      wanted: 'at most 1.2 of it',
      measured: shown(toBare),
      byCpu: '',
      isMet: toBare <= 1.2
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
    isMet: grown < 50
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
      isMet: ms < 1000
    },
    {
      what: 'idle memory',
      wanted: '< 120 MB',
      measured: `${shown(rss)} MB`,
      byCpu: '',
      isMet: rss < 120
    }
  ]
}

/** More is better: requests a second by throughput, requests per CPU time by CPU. */
const compare =
  (variants: readonly Measured[]) =>
  (what: string, ours: string, theirs: string, wanted: number): Goal => {
    const find = (name: string) => variants.find(variant => variant.name === name)
    const [a, b] = [find(ours), find(theirs)]
    const rate = a && b ? a.rate / b.rate : Number.NaN
    const cpu = a && b ? b.cpu / a.cpu : Number.NaN
    const isMet = rate >= wanted
    return { what, wanted: `>= ${wanted}`, measured: shown(rate), byCpu: shown(cpu), isMet }
  }

function count(what: string, measured: number, wanted: number): Goal {
  const isMet = measured === wanted
  return { what, wanted: String(wanted), measured: String(measured), byCpu: '', isMet }
}
