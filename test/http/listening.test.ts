/** How long the listener waits for a request. */
import { once } from 'node:events'
import { connect } from 'node:net'
import Fastify from 'fastify'
import { test } from 'tap'
import { listening } from '../../src/http/server-options.ts'

test('a request that is late is answered within a second of its time', async t => {
  const { http, requestTimeout } = listening
  t.equal(requestTimeout + http.connectionsCheckingInterval, 60_000, 'the documented minute')
  const app = Fastify({ ...listening, requestTimeout: 300 })
  t.teardown(() => app.close())
  const { port } = new URL(await app.listen({ port: 0 }))
  const socket = connect(Number(port), '127.0.0.1')
  const begun = performance.now()
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n')
  const [answer] = await once(socket, 'data')
  t.match(answer.toString(), 'HTTP/1.1 408')
  t.ok(performance.now() - begun < 10_000, 'Node looks every 30 s by itself')
  socket.destroy()
})
