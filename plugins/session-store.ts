/** `app.store`: the session store, on Redis or embedded, and `app.sessionBackend`, what keeps its bytes. */
import plugin from 'fastify-plugin'
import type { SessionStore } from '../src/auth/session.ts'
import type { Config } from '../src/config/config.ts'
import { type RecordCall, timed } from '../src/metrics/timed.ts'
import type { SessionBackend } from '../src/session/backend.ts'
import { embeddedBackend } from '../src/session/embedded.ts'
import { redisBackend } from '../src/session/redis-backend.ts'
import { createSessionStore } from '../src/session/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    store: SessionStore
    sessionBackend: SessionBackend
  }
}

type Options = Pick<Config, 'redisPrefix' | 'sessionKeys' | 'idleSeconds'>

export default plugin(
  async (app, { redisPrefix, sessionKeys, idleSeconds }: Options) => {
    const backend = app.redis ? redisBackend(app.redis, { prefix: redisPrefix }) : embeddedBackend()
    const store = createSessionStore({
      backend,
      keys: sessionKeys,
      idleSeconds,
      onEvent: event => {
        if (event.type === 'session_ends_unsubscribed') {
          const { type, error: err } = event
          const advice =
            'Redis refuses SUBSCRIBE (SSUBSCRIBE in a cluster) on the channel `ends` below REDIS_PREFIX: streams end some seconds after their session'
          app.log.warn({ event: type, err }, advice)
          return
        }
        const { type, ...fields } = event
        app.metrics?.storage.unreadable(fields.reason)
        app.log.warn({ event: type, ...fields }, type)
      }
    })
    app.decorate('sessionBackend', backend)
    app.decorate('store', app.metrics ? timed(store, asRead(app.metrics.store)) : store)
    app.addHook('onClose', () => store.close())
  },
  { name: 'store', dependencies: ['metrics', 'redis'] }
)

/** The series of `find` is called `read`, as it has always been: dashboards and alerts go by that name. */
const asRead =
  (record: RecordCall): RecordCall =>
  (operation, ...rest) =>
    record(operation === 'find' ? 'read' : operation, ...rest)
