/** What a fail-over by sentinels may cost: no session that was ended, and of logins only the last. */
import { startCognito } from '../../support/cognito.ts'
import { commands, type Scope, type TestRedis } from '../../support/redis.ts'
import { startSentinel, type TestSentinel } from '../../support/redis-sentinel.ts'
import { ask, hello, login } from '../client.ts'
import { type Instance, startInstance } from '../instance.ts'
import { type Outcome, Problems } from '../outcome.ts'
import { pause, until } from '../world.ts'

/** `documented`: as docs/operating.md says. `bare`: SENTINEL FAILOVER and nothing else. */
export type SwitchKind = 'crash' | 'frozen' | 'documented' | 'bare'

export interface SwitchOptions {
  readonly kind: SwitchKind
  readonly rounds: number
  readonly processes: number
  /** Users that log in and out all the time, at each process. */
  readonly users: number
}

interface Session {
  readonly cookie: string
  /** When the login was answered (`performance.now()`). */
  readonly begunAt: number
  /** `asked`: the logout was refused for the moment. */
  end?: 'asked' | 'answered'
}

/**
 * Which logins may be lost, by when they were answered (ms): of a crash those of its last second (the answer is read a
 * moment later); without the documented step those of the time in which instances may still disagree.
 */
function mayBeLost(kind: SwitchKind, session: Session, { begunAt, namedAt }: Round): boolean {
  if (kind === 'documented') return false
  if (kind === 'bare') return session.begunAt > begunAt && session.begunAt < namedAt + 1500
  return Math.abs(session.begunAt - begunAt) < 1000
}

export async function switchOver(scope: Scope, options: SwitchOptions): Promise<Outcome> {
  // On a busy machine a shorter time makes sentinels fail over twice.
  const servers = await startSentinel(scope, { sentinels: 3, replicas: 2, downAfter: 2000 })
  const cognito = await startCognito(scope)
  const env = {
    REDIS_SENTINELS: servers.addresses.join(','),
    REDIS_SENTINEL_NAME: servers.name,
    COGNITO_ENDPOINT: cognito.url,
    COGNITO_AUTH_FLOW: 'USER_PASSWORD_AUTH',
    // Without it logins are held to a time that makes them few.
    ENUMERATION_PROTECTION: 'off',
    LOG_LEVEL: 'warn'
  }
  const instances = await Promise.all(
    Array.from({ length: options.processes }, () => startInstance(scope, env))
  )
  await Promise.all(instances.map(({ url }) => until(() => login(url), Boolean)))
  const problems = new Problems()
  const figures = { logins: 0, logouts: 0, 'logouts rejected temporarily': 0, 'logins lost': 0 }
  let latest = Number.NEGATIVE_INFINITY
  let twice = 0
  for (let done = 0; done < options.rounds; done++) {
    const epoch = await epochOf(servers)
    const round = await oneRound(servers, instances, options)
    const { sessions, begunAt } = round
    if ((await epochOf(servers)) > epoch + 1) twice += 1
    for (const session of sessions) {
      const isAlive = await lives(instances, session.cookie)
      figures.logins += 1
      if (session.end === 'answered') figures.logouts += 1
      if (session.end === 'asked') figures['logouts rejected temporarily'] += 1
      if (session.end)
        problems.check(!isAlive, `a session that was logged out (${session.end}) lives`)
      else if (!isAlive) {
        const after = session.begunAt - begunAt
        latest = Math.max(latest, after)
        figures['logins lost'] += 1
        const isExcused = mayBeLost(options.kind, session, round)
        problems.check(isExcused, `a login is lost that was answered ${Math.round(after)} ms after`)
      }
    }
  }
  return {
    figures: {
      'fail-overs': options.rounds,
      'rounds with a second fail-over': twice,
      processes: instances.length,
      ...figures,
      'latest lost login (ms after the fail-over began)': Number.isFinite(latest)
        ? Math.round(latest)
        : 'none'
    },
    problems: problems.list()
  }
}

interface Round {
  readonly sessions: readonly Session[]
  /** When the primary was killed or told (`performance.now()`). */
  readonly begunAt: number
  /** When the first sentinel was seen to name another. */
  readonly namedAt: number
}

async function oneRound(
  servers: TestSentinel,
  instances: readonly Instance[],
  { kind, users }: SwitchOptions
) {
  const old = await primaryOf(servers)
  const sessions: Session[] = []
  let isOver = false
  const load = instances.flatMap(({ url }) =>
    Array.from({ length: users }, () => comeAndGo(url, sessions, () => isOver))
  )
  await pause(1000)
  const begunAt = performance.now()
  await begin(servers, old, kind)
  await until(async () => (await primaryOf(servers)).port !== old.port, Boolean)
  const namedAt = performance.now()
  await pause(3500)
  isOver = true
  await Promise.all(load)
  if (kind === 'crash') await old.start()
  old.thaw()
  await settled(servers)
  return { sessions, begunAt, namedAt }
}

async function begin({ sentinels, name }: TestSentinel, old: TestRedis, kind: SwitchKind) {
  if (kind === 'crash') return old.stop()
  if (kind === 'frozen') return old.freeze()
  if (kind === 'documented') await old.cli('CLIENT', 'PAUSE', '15000', 'WRITE')
  await sentinels[0]?.cli('SENTINEL', 'FAILOVER', name)
}

/** One user after the other logs in; every other one logs out again, often at once. */
async function comeAndGo(url: string, sessions: Session[], isOver: () => boolean): Promise<void> {
  for (let turn = 0; !isOver(); turn++) {
    const body = { email: 'demo@example.com', password: 'Correct-Horse-9' }
    const { cookie } = await ask(url, '/auth/login', { method: 'POST', body })
    if (!cookie) {
      await pause(50)
      continue
    }
    const session: Session = { cookie, begunAt: performance.now() }
    sessions.push(session)
    if (turn % 2 === 0) continue
    const { status } = await ask(url, '/auth/logout', { method: 'POST', cookie })
    session.end = status === 204 ? 'answered' : 'asked'
  }
}

async function epochOf({ sentinels, name }: TestSentinel): Promise<number> {
  const replies = sentinels.map(({ cli }) => cli('SENTINEL', 'MASTER', name))
  const epochs = (await Promise.all(replies)).map(reply => {
    const fields = [reply].flat()
    return Number(fields[fields.indexOf('config-epoch') + 1])
  })
  return Math.max(...epochs)
}

async function primaryOf({ sentinels, master, replicas, name }: TestSentinel): Promise<TestRedis> {
  const asked = sentinels.map(({ cli }) => cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name))
  const ports = (await Promise.all(asked)).map(reply => Number([reply].flat()[1]))
  const servers = [master, ...replicas]
  // While they disagree: the one that is not named by all.
  const named = ports.find(port => ports.filter(other => other === port).length === 1) ?? ports[0]
  const found = servers.find(({ port }) => port === named)
  if (!found) throw new Error(`the sentinels name ${ports}`)
  return found
}

/** All sentinels name one primary, and all others replicate from it. */
async function settled(servers: TestSentinel): Promise<void> {
  const all = [servers.master, ...servers.replicas]
  const isSettled = async () => {
    const { port } = await primaryOf(servers)
    const roles = await Promise.all(
      all.map(({ url }) => commands(url).cli('INFO', 'replication').catch(String))
    )
    const follow = roles.filter(
      role =>
        String(role).includes(`master_port:${port}`) &&
        String(role).includes('master_link_status:up')
    )
    return follow.length === all.length - 1
  }
  await until(isSettled, Boolean, 60_000)
  // A sentinel waits for twice its failover-timeout before it fails over again.
  await pause(2500)
}

/** Asked of all instances: each must know. */
async function lives(instances: readonly Instance[], cookie: string): Promise<boolean> {
  const answers = await Promise.all(instances.map(({ url }) => hello(url, cookie)))
  const alive = answers.filter(({ status }) => status === 200).length
  const dead = answers.filter(({ code }) => code === 'session_expired').length
  if (alive + dead < answers.length) {
    await pause(100)
    return lives(instances, cookie)
  }
  return alive > 0
}
