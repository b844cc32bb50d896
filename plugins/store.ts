/** `app.store`: the session store, on Redis or embedded. */
import plugin from 'fastify-plugin'
import type { SessionStore } from '../src/auth/session.ts'
import type { Config } from '../src/config.ts'
import { connectRedis, type RedisEvent } from '../src/redis/connect.ts'
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
      redis.kind === 'server'
        ? redisBackend(connect(redis.url), { prefix: redisPrefix })
        : embeddedBackend()

    function connect(url: string) {
      const onEvent = (event: RedisEvent) => app.log.warn({ event }, event.type)
      return connectRedis({ url, onEvent })
    }

    const store = createSessionStore({
      backend,
      keys: sessionKeys,
      idleSeconds,
      onEvent: event => app.log.warn({ event }, event.type)
    })
    app.decorate('store', store)
    app.addHook('onClose', () => store.close())
  },
  { name: 'store' }
)
