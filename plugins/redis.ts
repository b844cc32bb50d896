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
      const { storage } = app.metrics ?? {}
      switch (event.type) {
        case 'redis_up':
          storage?.redisIsDown(false)
          return app.log.info({ event: event.type }, 'Redis is there')
        case 'redis_down':
          storage?.redisIsDown(true)
          return app.log.warn({ event: event.type, err: event.error }, 'Redis is away')
        case 'sentinel_back':
          storage?.sentinelIsSilent(event.sentinel, false)
          return app.log.info({ event: event.type, sentinel: event.sentinel }, 'sentinel is back')
        case 'sentinel_silent': {
          storage?.sentinelIsSilent(event.sentinel, true)
          const { type, sentinel, error } = event
          return app.log.warn({ event: type, sentinel, err: error }, 'a sentinel is of no use')
        }
      }
    }
    app.decorate('redis', redis && connectRedis({ ...redis, onEvent }))
  },
  { name: 'redis', dependencies: ['metrics'] }
)
