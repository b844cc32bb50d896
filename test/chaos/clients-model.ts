/** What is true of two clients and their sessions, whatever they do: the model of `clients-commands.ts`. */
import type { Authenticated, SessionStore } from '../../src/auth/session.ts'
import { hello, type Result } from './client.ts'
import type { Instance } from './instance.ts'
import type { World } from './world.ts'

/** Cookies of the sessions that live, by client, and of those that have ended. */
export interface Model {
  readonly live: [string | undefined, string | undefined]
  readonly ended: Set<string>
}

interface InFlight {
  readonly cookie: string
  readonly answer: Promise<Result>
}

/** The service as it runs, and what is under way in it. */
export interface Real {
  readonly world: World
  readonly sub: string
  /** A third process, as it were: it has read sessions and is late in writing them. */
  readonly store: SessionStore
  readonly inFlight: InFlight[]
  readonly loaded: Authenticated[]
  /** Moves all clocks at once, Cognito's too. */
  advance(seconds: number): Promise<void>
}

export function endSession(model: Model, client: number): void {
  const cookie = model.live[client]
  if (cookie === undefined) return
  model.ended.add(cookie)
  model.live[client] = undefined
}

/** A request of a living session is served with its own user's token, one of an ended session never. */
export function checkAnswer(model: Model, real: Real, cookie: string, answer: Result): void {
  const { status, code, sub } = answer
  if (!model.ended.has(cookie)) {
    if (status !== 200) throw new Error(`a living session was answered ${status} ${code}`)
    if (sub !== real.sub) throw new Error('a living session got the token of somebody else')
    return
  }
  if (status !== 401 || code !== 'session_expired') {
    throw new Error(`an ended session was answered ${status} ${code}`)
  }
}

export const processOf = (real: Real, index: number): Instance => {
  const instance = real.world.instances[index]
  if (instance === undefined) throw new Error(`there is no process ${index}`)
  return instance
}

/** Waits for everything under way, then looks into Redis: living sessions are there, and nothing else. */
export async function settle(model: Model, real: Real): Promise<void> {
  for (const { cookie, answer } of real.inFlight.splice(0)) {
    const result = await answer
    // A session that ended meanwhile may have been served before, or refused: both were right.
    const isServed = result.status === 200 && result.sub === real.sub
    if (!(model.ended.has(cookie) && isServed)) checkAnswer(model, real, cookie, result)
  }
  const keys = [await real.world.redis.cli('KEYS', '*')].flat().map(String)
  const records = await countRecords(real, keys)
  const living = model.live.filter(cookie => cookie !== undefined).length
  if (records !== living) throw new Error(`${living} sessions live, ${records} are in Redis`)
  if (keys.some(key => key.startsWith('bff:l:'))) throw new Error('a lease was left behind')
  if (await hasReused(real.world.cognito.url)) throw new Error('a refresh token was used twice')
}

/** Without what stands for a moment where a session was replaced: it is shorter than any record. */
async function countRecords({ world }: Real, keys: readonly string[]): Promise<number> {
  const names = keys.filter(key => key.startsWith('bff:s:'))
  const lengths = await Promise.all(names.map(name => world.redis.cli('STRLEN', name)))
  return lengths.filter(length => Number(length) > 1).length
}

/** Two processes that both refresh come to terms in the end: only Cognito can tell of it. */
async function hasReused(cognito: string): Promise<boolean> {
  const calls = await (await fetch(`${cognito}/_local/calls`)).text()
  return calls.includes('RefreshTokenReuseException')
}

/** At the end of a run every session is asked once more, the dead ones too, at both processes. */
export async function lastCheck(model: Model, real: Real): Promise<void> {
  await settle(model, real)
  const cookies = [...model.ended, ...model.live.filter(cookie => cookie !== undefined)]
  for (const cookie of cookies) {
    for (const { url } of real.world.instances) {
      checkAnswer(model, real, cookie, await hello(url, cookie))
    }
  }
}
