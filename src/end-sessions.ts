/**
 * `node dist/src/end-sessions.js SUB`: the operator ends all sessions of one user at once (ASVS 7.4.5), with
 * the service's own environment. Prints how many there were. Their refresh tokens are Cognito's to revoke.
 */
import { existsSync } from 'node:fs'
import { loadConfig } from './config/config.ts'
import { connectRedis, type RedisEvent } from './redis/connect.ts'
import { redisBackend } from './session/redis-backend.ts'
import { createSessionStore } from './session/store.ts'

async function endSessions(sub: string | undefined): Promise<void> {
  if (!sub) throw new Error('Whose? Give the `sub` of a user: node dist/src/end-sessions.js SUB')
  if (process.env.NODE_ENV !== 'production' && existsSync('.env')) process.loadEnvFile('.env')
  const { redis, redisPrefix, sessionKeys, idleSeconds } = loadConfig(process.env)
  if (!redis) throw new Error('Set REDIS_URL: sessions of an embedded store live in its process')
  let trouble: unknown
  const onEvent = (event: RedisEvent) => {
    if (event.type === 'redis_down') trouble = event.error
  }
  const store = createSessionStore({
    backend: redisBackend(connectRedis({ ...redis, onEvent }), { prefix: redisPrefix }),
    keys: sessionKeys,
    idleSeconds
  })
  try {
    const ended = await store.destroyAll(sub, undefined, 'operator')
    console.log(JSON.stringify({ event: 'session.revoked', reason: 'operator', sub, ended }))
  } catch (error) {
    // What keeps a connection from coming about says more than that there is none.
    throw trouble === undefined ? error : new Error('Redis is away', { cause: trouble })
  } finally {
    await store.close()
  }
}

/** What the operator can act on: of a store that fails, what Redis said. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const reason = 'reason' in error ? String(error.reason ?? '') : ''
  const cause = error.cause === undefined ? '' : sentenceOf(error.cause)
  return [error.message, reason, cause].filter(Boolean).join(': ')
}

endSessions(process.argv[2]).catch((error: unknown) => {
  console.error(sentenceOf(error))
  process.exitCode = 1
})
