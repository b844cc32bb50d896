/** `app.redis`: the connection that sessions and rate limits share; undefined with the embedded store. */
import plugin from 'fastify-plugin'
import type { RedisConfig } from '../src/config/redis.ts'
import { connectRedis, type RedisEvent } from '../src/redis/connect.ts'
import type { RedisConnection } from '../src/redis/connection.ts'

declare module 'fastify' {
  interface FastifyInstance {
    redis: RedisConnection | undefined
  }
}

export default plugin(
  async (app, { redis }: { redis: RedisConfig | undefined }) => {
    const onEvent = (event: RedisEvent) => {
      app.metrics?.storage.redisIsDown(event.type === 'redis_down')
      if (event.type === 'redis_up') app.log.info({ event: event.type }, 'Redis is there')
      else app.log.warn({ event: event.type, err: event.error }, 'Redis is away')
    }
    app.decorate('redis', redis && connectRedis({ ...redis, onEvent }))
  },
  { name: 'redis', dependencies: ['metrics'] }
)
