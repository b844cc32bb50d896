/** Logins at a steady rate through the whole service, and what they do to its event loop and to everybody else. */
import { constants, setPriority } from 'node:os'
import { control } from './control.ts'
import { drive } from './drivers/run.ts'
import type { EventLoop } from './probes/event-loop.ts'
import { type Program, probe } from './programs.ts'
import { median, percentile } from './rounds.ts'
import { type Cookie, logIn, startLocalCognito, startService, type World } from './service.ts'

/** In ms. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

/** Of all rounds together. */
export interface Phase {
  /** Medians over the rounds. */
  readonly loop: EventLoop
  /** The other requests of the same process: GET /auth/session, signed in. */
  readonly others: Latency
  /** The same requests of another process of the service, which nobody logs in to: what the machine does to both. */
  readonly bystander: Latency
}

export interface LoginLoad {
  /** Logins a second: wanted, and done. */
  readonly wanted: number
  readonly rate: number
  readonly failed: number
  readonly login: Latency
  /** The rate of the other requests, to either process. */
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

interface Round {
  readonly loop: EventLoop
  readonly others: Steady
  readonly bystander: Steady
  readonly logins: Steady | undefined
}

const wanted = 50
const othersRate = 100
/** As many users, so that no account's list of sessions grows as none does in life. */
const users = 100
const password = 'Correct-Horse-9'
/** Their start takes both cores, and is none of what is measured (ms). */
const driversStartWithin = 700
/** Seconds of each round before it counts. */
const warmUp = 1

/** Without and with logins in turns, after a warm-up of both. */
export async function measureLogin({ redisUrl }: World, options: LoginOptions): Promise<LoginLoad> {
  const cognito = await startLocalCognito()
  // It is somewhere else in life: here it takes what the service leaves of the machine.
  setPriority(cognito.pid, constants.priority.PRIORITY_LOW)
  const world = { redisUrl, cognito }
  const emails = Array.from({ length: users }, (_, i) => `user${i}@example.com`)
  for (const email of emails) await control(world, 'POST', 'users', { email, password })
  const service = await startService(world, {}, [probe('event-loop')])
  const bystander = await startService(world)
  const headers = await logIn(service.url)
  const bodies = emails.map(email => JSON.stringify({ email, password }))
  const asked = { service, bystander, headers, bodies }
  const idle: Round[] = []
  const busy: Round[] = []
  await measureRound(asked, true, Math.min(5, options.seconds))
  for (let i = 0; i < options.rounds; i++) {
    idle.push(await measureRound(asked, false, options.seconds))
    busy.push(await measureRound(asked, true, options.seconds))
  }
  for (const { stop } of [service, bystander, cognito]) await stop()
  return { ...summary(busy), idle: phase(idle), busy: phase(busy) }
}

interface Asked {
  readonly service: Program
  readonly bystander: Program
  readonly headers: Cookie
  readonly bodies: readonly string[]
}

async function measureRound(
  { service, bystander, headers, bodies }: Asked,
  isBusy: boolean,
  seconds: number
): Promise<Round> {
  const startAt = Date.now() + driversStartWithin
  const often = { warmUp, seconds, startAt }
  const session = ({ url }: Program) =>
    steady({ ...often, url: `${url}/auth/session`, method: 'GET', headers, rate: othersRate })
  const json = { 'x-csrf': '1', 'content-type': 'application/json' }
  const login = { url: `${service.url}/auth/login`, method: 'POST', headers: json, bodies }
  await service.ask<EventLoop>('event-loop')
  const [others, beside, logins] = await Promise.all([
    session(service),
    session(bystander),
    isBusy ? steady({ ...often, ...login, rate: wanted }) : undefined
  ])
  const loop = await service.ask<EventLoop>('event-loop')
  if (others.failed > 0) throw new Error(`${others.failed} answers beside the logins were none`)
  return { loop, others, bystander: beside, logins }
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
    login: latency(logins)
  }
}

/** Of all rounds together: the hundredth part of one round is a handful of requests, and chance decides. */
function latency(loads: readonly Steady[]): Latency {
  const latencies = loads.flatMap(load => load.latencies)
  return { p50: percentile(latencies, 50), p99: percentile(latencies, 99) }
}

function phase(rounds: readonly Round[]): Phase {
  const loop = (key: keyof EventLoop) => median(rounds.map(round => round.loop[key]))
  return {
    loop: {
      p50: loop('p50'),
      p99: loop('p99'),
      longest: loop('longest'),
      utilisation: loop('utilisation')
    },
    others: latency(rounds.map(({ others }) => others)),
    bystander: latency(rounds.map(({ bystander }) => bystander))
  }
}
