/** One line in the log for every request, when it is over. */
import plugin from 'fastify-plugin'
import { logRequest, onceOver } from '../src/http/log/request-log.ts'
import { createRefusals } from '../src/http/refusals.ts'

export default plugin(
  async app => {
    const refusals = createRefusals(app.log)
    app.addHook('onRequest', (request, reply, done) => {
      onceOver(reply, () => logRequest(request, reply, refusals))
      done()
    })
    app.addHook('onClose', async () => refusals.flush())
  },
  { name: 'request-log' }
)
