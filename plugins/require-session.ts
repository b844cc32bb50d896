/** Guards the scope it is registered in: only requests of a live session pass, and they slide its idle timer. */
import plugin from 'fastify-plugin'

export default plugin(
  async app => {
    app.addHook('onRequest', async request => {
      const session = request.signedIn()
      try {
        await app.store.touch(session)
      } catch (error) {
        // The session was read a moment ago; a timer that slides on the next request is good enough.
        request.log.warn({ err: error }, 'idle timer not slid')
      }
    })
  },
  { name: 'require-session', dependencies: ['authentication'] }
)
