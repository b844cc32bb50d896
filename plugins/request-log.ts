/** One line in the log for every request, when it is over. */
import plugin from 'fastify-plugin'
import { onceOver } from '../src/http/exchange.ts'
import { logRequest } from '../src/http/request-line.ts'

export default plugin(
  async app => {
    app.addHook('onRequest', (request, reply, done) => {
      onceOver(reply, () => logRequest(request, reply))
      done()
    })
  },
  { name: 'request-log' }
)
