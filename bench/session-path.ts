/** GET /auth/session through the whole service, beside what others need for the same. */
import { type Env, type Program, startProgram } from './programs.ts'
import { inspect } from './redis.ts'
import { inRounds, type Measured, type RoundsOptions } from './rounds.ts'
import { cookieOf, logIn, startService, type World } from './service.ts'

export interface SessionPath {
  readonly variants: readonly Measured[]
  /** Redis commands for one request. */
  readonly commands: { readonly signedIn: number; readonly anonymous: number }
  readonly recordBytes: number
}

const asked = 100

export async function measureSessionPath(
  world: World,
  options: RoundsOptions
): Promise<SessionPath> {
  const service = await startService(world)
  const cookie = await logIn(service.url)
  const recordBytes = await recordLength(world.redisUrl)
  const session = { url: `${service.url}/auth/session`, headers: cookie }
  const anonymous = { url: session.url, headers: { 'x-csrf': '1' } }
  const commands = {
    signedIn: await commandsFor(world.redisUrl, session),
    anonymous: await commandsFor(world.redisUrl, anonymous)
  }
  const common = { REDIS_URL: world.redisUrl, NODE_ENV: 'production' }
  const bare = await startProgram('bench/peers/bare.mjs', {
    ...common,
    BENCH_RECORD_BYTES: `${recordBytes}`
  })
  const peers = [
    await peer('@fastify/session, as in its README', 'fastify-session', common),
    await peer('@fastify/session, tuned', 'fastify-session', { ...common, BENCH_TUNED: '1' }),
    await peer('express-session', 'express-session', common)
  ]
  const at = (path: string) => ({ program: bare, target: { url: bare.url + path } })
  try {
    const variants = await inRounds(
      [
        { name: 'bare Fastify', ...at('/plain') },
        { name: 'bare Fastify + GET', ...at('/get') },
        { name: 'bare Fastify + GET + parse', ...at('/get-and-parse') },
        { name: 'service', program: service, target: session },
        { name: 'service, anonymous', program: service, target: anonymous },
        ...peers
      ],
      options
    )
    return { variants, commands, recordBytes }
  } finally {
    for (const { stop } of [service, bare, ...peers.map(({ program }) => program)]) await stop()
  }
}

/** Starts a peer with sessions of its own and logs in there. */
async function peer(name: string, file: string, env: Env) {
  const prefix = { BENCH_PREFIX: `${file}${env.BENCH_TUNED ?? ''}:` }
  const program: Program = await startProgram(`bench/peers/${file}.mjs`, { ...env, ...prefix })
  const { cookie } = cookieOf(await fetch(`${program.url}/login`, { method: 'POST' }))
  return { name, program, target: { url: `${program.url}/session`, headers: { cookie } } }
}

async function recordLength(redisUrl: string): Promise<number> {
  const redis = await inspect(redisUrl)
  const [record = ''] = await redis.keys('bff:s:*')
  const length = Number(await redis.send('STRLEN', record))
  redis.close()
  return length
}

async function commandsFor(
  redisUrl: string,
  { url, headers }: { url: string; headers: Record<string, string> }
): Promise<number> {
  const redis = await inspect(redisUrl)
  await redis.resetCounts()
  for (let i = 0; i < asked; i++) await (await fetch(url, { headers })).text()
  const counts = Object.values(await redis.commands())
  redis.close()
  return counts.reduce((sum, count) => sum + count, 0) / asked
}
