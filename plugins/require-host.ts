/** A request of HTTP/1.1 names the host it is for (RFC 9112 section 3.2). Node would refuse it with an empty 400. */
import plugin from 'fastify-plugin'
import { AppError } from '../src/errors.ts'

export default plugin(
  async app => {
    app.addHook('onRequest', ({ raw }, _reply, done) => {
      if (raw.headers.host !== undefined || raw.httpVersion !== '1.1') return done()
      const errors = [{ field: 'host', message: 'is required', code: 'required' as const }]
      done(new AppError('invalid_request', { detail: 'The request names no host.', errors }))
    })
  },
  { name: 'host' }
)
