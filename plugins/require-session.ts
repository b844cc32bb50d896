/** Guards the scope it is registered in: only requests of a live session pass, and they slide its idle timer. */
import plugin from 'fastify-plugin'
import type { LoadedSession } from '../src/auth/session.ts'

/**
 * Whether more than half of the idle time is over. Until then a timer that slides on the next request is good enough;
 * then a user at work would soon be logged out, and has to learn that something is wrong.
 */
const isUrgent = ({ lastSeenAt, idleExpiresAt }: LoadedSession) =>
  Date.now() > (lastSeenAt + idleExpiresAt) / 2

export default plugin(
  async app => {
    app.addHook('onRequest', (request, _reply, done) => {
      const session = request.signedIn()
      app.store.touch(session).then(
        () => done(),
        (error: Error) => {
          request.log.warn({ err: error }, 'idle timer not slid')
          if (isUrgent(session)) done(error)
          else done()
        }
      )
    })
  },
  { name: 'require-session', dependencies: ['authentication'] }
)
