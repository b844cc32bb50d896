/** `app.store`: the session store, on Redis or embedded. */
import plugin from 'fastify-plugin'
import type { SessionStore } from '../src/auth/session.ts'
import type { Config } from '../src/config.ts'
import { connectRedis } from '../src/redis/connect.ts'
import { embeddedBackend } from '../src/session/embedded.ts'
import { redisBackend } from '../src/session/redis-backend.ts'
import { createSessionStore } from '../src/session/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    store: SessionStore
  }
}

type Options = Pick<Config, 'redis' | 'redisPrefix' | 'sessionKeys' | 'idleSeconds'>

export default plugin(
  async (app, { redis, redisPrefix, sessionKeys, idleSeconds }: Options) => {
    const backend =
      redis.kind === 'embedded'
        ? embeddedBackend()
        : redisBackend(connectRedis(redis), { prefix: redisPrefix })
    const store = createSessionStore({
      backend,
      keys: [...sessionKeys],
      idleSeconds,
      onEvent: (event, fields) => app.log.warn({ event, ...fields }, 'session store')
    })
    app.decorate('store', store)
    app.addHook('onClose', () => store.close())
  },
  { name: 'store' }
)
