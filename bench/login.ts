/** Logins at a steady rate through the whole service, and what they do to its event loop and to everybody else. */
import { control } from './control.ts'
import { drive } from './drivers/run.ts'
import type { EventLoop } from './probes/event-loop.ts'
import { type Program, probe } from './programs.ts'
import { median, percentile } from './rounds.ts'
import { type Cookie, logIn, startService, type World } from './service.ts'

/** In ms. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

/** Medians over the rounds. */
export interface Phase {
  readonly loop: EventLoop
  /** The other requests of the same process: GET /auth/session, signed in. */
  readonly others: Latency
}

export interface LoginLoad {
  /** Logins a second: wanted, and done. */
  readonly wanted: number
  readonly rate: number
  readonly failed: number
  readonly login: Latency
  /** The rate of the other requests. */
  readonly othersRate: number
  readonly idle: Phase
  readonly busy: Phase
}

export interface LoginOptions {
  readonly rounds: number
  readonly seconds: number
}

interface Steady {
  readonly rate: number
  readonly failed: number
  readonly latencies: readonly number[]
}

type Round = Phase & { readonly logins?: Steady }

const wanted = 50
const othersRate = 200
/** As many users, so that no account's list of sessions grows as none does in life. */
const users = 100
const password = 'Correct-Horse-9'

/** Without and with logins in turns, after a warm-up of both. */
export async function measureLogin(world: World, options: LoginOptions): Promise<LoginLoad> {
  const emails = Array.from({ length: users }, (_, i) => `user${i}@example.com`)
  for (const email of emails) await control(world, 'POST', 'users', { email, password })
  const service = await startService(world, {}, [probe('event-loop')])
  const bodies = emails.map(email => JSON.stringify({ email, password }))
  const headers = await logIn(service.url)
  const round = (isBusy: boolean, seconds: number) =>
    measureRound(service, headers, isBusy ? bodies : undefined, seconds)
  const idle: Round[] = []
  const busy: Round[] = []
  await round(true, Math.min(5, options.seconds))
  for (let i = 0; i < options.rounds; i++) {
    idle.push(await round(false, options.seconds))
    busy.push(await round(true, options.seconds))
  }
  await service.stop()
  await control(world, 'POST', 'reset')
  return { ...summary(busy), idle: phase(idle), busy: phase(busy) }
}

async function measureRound(
  service: Program,
  headers: Cookie,
  bodies: readonly string[] | undefined,
  seconds: number
): Promise<Round> {
  const session = `${service.url}/auth/session`
  const login = { url: `${service.url}/auth/login`, method: 'POST', bodies }
  const json = { 'x-csrf': '1', 'content-type': 'application/json' }
  await service.ask<EventLoop>('event-loop')
  const [others, logins] = await Promise.all([
    steady({ url: session, method: 'GET', headers, rate: othersRate, seconds }),
    bodies && steady({ ...login, headers: json, rate: wanted, seconds })
  ])
  const loop = await service.ask<EventLoop>('event-loop')
  if (others.failed > 0) throw new Error(`${others.failed} answers beside the logins were none`)
  return { loop, others: latency(others.latencies), ...(logins && { logins }) }
}

async function steady(task: object): Promise<Steady> {
  return JSON.parse(await drive('steady', task))
}

function summary(rounds: readonly Round[]) {
  const logins = rounds.flatMap(round => round.logins ?? [])
  return {
    wanted,
    othersRate,
    rate: median(logins.map(({ rate }) => rate)),
    failed: logins.reduce((sum, { failed }) => sum + failed, 0),
    login: latency(logins.flatMap(({ latencies }) => latencies))
  }
}

function latency(latencies: readonly number[]): Latency {
  return { p50: percentile(latencies, 50), p99: percentile(latencies, 99) }
}

function phase(rounds: readonly Round[]): Phase {
  const loop = (key: keyof EventLoop) => median(rounds.map(round => round.loop[key]))
  const others = (key: keyof Latency) => median(rounds.map(round => round.others[key]))
  return {
    loop: {
      p50: loop('p50'),
      p99: loop('p99'),
      longest: loop('longest'),
      utilisation: loop('utilisation')
    },
    others: { p50: others('p50'), p99: others('p99') }
  }
}
