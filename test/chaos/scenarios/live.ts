/** WebSockets and streams of many users while sessions end anywhere and Redis restarts: none outlives its session. */
import { request } from 'node:http'
import { WebSocket } from 'ws'
import { sessionCookie } from '../../support/browser.ts'
import type { Scope } from '../../support/redis.ts'
import { ask, login, password } from '../client.ts'
import { type Outcome, Problems, percentile, seeded } from '../outcome.ts'
import { makeWorld, pause, until, type World } from '../world.ts'

export interface LiveOptions {
  readonly instances: number
  /** Each of another user, with a socket, a stream of the API and a stream of events, at different instances. */
  readonly sessions: number
  readonly seed: number
}

/** The promise, and what a busy machine adds (ms). */
const longest = 5_000 + 3_000

interface Connection {
  readonly kind: 'socket' | 'stream' | 'events'
  /** By the clock of this process. */
  closedAt: number | undefined
}

interface Session {
  readonly cookie: string
  readonly connections: Connection[]
  /** When the logout was sent, and when it responded. */
  endingAt: number | undefined
  endedAt: number | undefined
}

export async function live(scope: Scope, options: LiveOptions): Promise<Outcome> {
  const world = await makeWorld(scope, {
    instances: options.instances,
    redisArguments: ['--appendonly', 'yes', '--appendfsync', 'always'],
    reach: async (_redis, cognito) => ({
      API_ROUTES: JSON.stringify([
        { path: '/api', upstream: `${cognito.url}/_local/api`, webSocket: true }
      ])
    })
  })
  const problems = new Problems()
  const random = seeded(options.seed)
  const sessions: Session[] = []
  for (let i = 0; i < options.sessions; i++) sessions.push(await begin(world, i))
  const ending = sessions.filter(() => random() < 0.5)
  const [before = [], after = []] = halves(ending)
  for (const session of before) await end(world, session, problems)
  await pause(longest)
  const outageAt = performance.now()
  await world.redis.stop()
  await pause(2_000)
  await world.redis.start()
  await until(
    () => ask(world.next().url, '/readyz'),
    ({ status }) => status === 200
  )
  for (const session of after) await end(world, session, problems)
  await pause(longest)
  const took = ending.flatMap(session => lastedOf(session, problems))
  const living = sessions.filter(session => !ending.includes(session))
  for (const { connections } of living) {
    for (const { kind, closedAt } of connections) {
      problems.check(closedAt === undefined, `a ${kind} of a living session was cut`)
    }
  }
  return {
    figures: {
      instances: options.instances,
      connections: sessions.length * 3,
      'sessions ended': ending.length,
      'longest after the end (ms)': percentile(took, 100),
      'p50 after the end (ms)': percentile(took, 50),
      'Redis away (ms)': Math.round(performance.now() - outageAt)
    },
    problems: problems.list()
  }
}

const halves = <T>(list: readonly T[]) => [
  list.slice(0, list.length / 2),
  list.slice(list.length / 2)
]

async function begin(world: World, i: number): Promise<Session> {
  const email = `live${i}@example.com`
  await world.cognito.createUser({ email, password, confirmed: true })
  const cookie = await login(world.next().url, email)
  const connections = await Promise.all([
    openSocket(world.next().url, cookie),
    openStream(world.next().url, '/api/stream', 'stream', cookie),
    openStream(world.next().url, '/auth/events', 'events', cookie)
  ])
  return { cookie, connections, endingAt: undefined, endedAt: undefined }
}

async function end(world: World, session: Session, problems: Problems): Promise<void> {
  const { cookie } = session
  session.endingAt = performance.now()
  const { status } = await ask(world.next().url, '/auth/logout', { method: 'POST', cookie })
  problems.check(status === 204, `a logout got ${status}`)
  session.endedAt = performance.now()
}

/** How long each connection lasted after the end of its session, in ms. */
function lastedOf(session: Session, problems: Problems): number[] {
  const { connections, endingAt = 0, endedAt = 0 } = session
  return connections.flatMap(({ kind, closedAt }) => {
    const lasted = closedAt === undefined ? Number.POSITIVE_INFINITY : closedAt - endedAt
    problems.check(lasted <= longest, `a ${kind} outlived its session by more than ${longest} ms`)
    const isEarly = closedAt !== undefined && closedAt < endingAt
    problems.check(!isEarly, `a connection (${kind}) was cut before its session ended`)
    return Number.isFinite(lasted) ? [Math.max(0, lasted)] : []
  })
}

async function openSocket(url: string, cookie: string): Promise<Connection> {
  const connection: Connection = { kind: 'socket', closedAt: undefined }
  const headers = { origin: 'http://localhost:3000', cookie: `${sessionCookie}=${cookie}` }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/socket`, { headers })
  socket.on('close', () => {
    connection.closedAt = performance.now()
  })
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  return connection
}

function openStream(
  url: string,
  path: string,
  kind: Connection['kind'],
  cookie: string
): Promise<Connection> {
  const connection: Connection = { kind, closedAt: undefined }
  const headers = { 'x-csrf': '1', cookie: `${sessionCookie}=${cookie}` }
  return new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { headers, agent: false }, response => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`))
      response.resume().on('error', () => undefined)
      response.on('close', () => {
        connection.closedAt = performance.now()
      })
      resolve(connection)
    })
    call.on('error', reject).end()
  })
}
