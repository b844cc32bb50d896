/** Guards the scope it is registered in: only requests of a live session pass, and they slide its idle timer. */
import plugin from 'fastify-plugin'

export default plugin(
  async app => {
    app.addHook('onRequest', (request, _reply, done) => {
      const notSlid = (error: unknown) => {
        // The session was read a moment ago; a timer that slides on the next request is good enough.
        request.log.warn({ err: error }, 'idle timer not slid')
      }
      app.store
        .touch(request.signedIn())
        .catch(notSlid)
        .then(() => done(), done)
    })
  },
  { name: 'require-session', dependencies: ['authentication'] }
)
