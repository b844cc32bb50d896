/** `app.redis`: the connection that sessions and rate limits share; undefined with the embedded store. */
import plugin from 'fastify-plugin'
import type { RedisConfig } from '../src/config.ts'
import { connectRedis } from '../src/redis/connect.ts'
import type { RedisConnection } from '../src/redis/connection.ts'

declare module 'fastify' {
  interface FastifyInstance {
    redis: RedisConnection | undefined
  }
}

export default plugin(
  async (app, { redis }: { redis: RedisConfig }) => {
    const connection =
      redis.kind === 'server'
        ? connectRedis({ url: redis.url, onEvent: event => app.log.warn({ event }, event.type) })
        : undefined
    app.decorate('redis', connection)
  },
  { name: 'redis' }
)
