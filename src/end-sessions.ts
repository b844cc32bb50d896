/**
 * `node dist/src/end-sessions.js SUB`: the operator ends all sessions of one user at once (ASVS 7.4.5), with
 * the service's own environment. Prints how many there were. Their refresh tokens are Cognito's to revoke.
 */
import { loadConfig } from './config.ts'
import { connectRedis } from './redis/connect.ts'
import { redisBackend } from './session/redis-backend.ts'
import { createSessionStore } from './session/store.ts'

async function endSessions(sub: string | undefined): Promise<void> {
  if (!sub) throw new Error('Whose? Give the `sub` of a user: node dist/src/end-sessions.js SUB')
  const { redis, redisPrefix, sessionKeys, idleSeconds } = loadConfig(process.env)
  if (!redis) throw new Error('Set REDIS_URL: sessions of an embedded store live in its process')
  const store = createSessionStore({
    backend: redisBackend(connectRedis(redis), { prefix: redisPrefix }),
    keys: sessionKeys,
    idleSeconds
  })
  try {
    const ended = await store.destroyAll(sub)
    console.log(JSON.stringify({ event: 'session.revoked', reason: 'operator', sub, ended }))
  } finally {
    await store.close()
  }
}

endSessions(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
