import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'tap'
import { startProcess } from '../support/process.ts'

test('a wrong configuration stops the start at once, with the whole list of problems', async t => {
  const secret = 'not-a-key-but-a-secret'
  const { ended, output } = startProcess(t, {
    NODE_ENV: 'production',
    PORT: 'http',
    SESSION_KEYS: secret
  })
  t.same(await ended, { code: 1, signal: null })
  const names = ['PORT', 'PUBLIC_ORIGIN', 'COGNITO_REGION', 'REDIS_URL', 'SESSION_KEYS']
  for (const name of names) t.match(output(), new RegExp(`^  - ${name} `, 'm'))
  t.notMatch(output(), secret)
  t.notMatch(output(), /^\s+at /m, 'and no stack')
})

test('a port that is taken stops the start, and the message says which', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = String(typeof address === 'object' ? address?.port : '')
  const { ended, output } = startProcess(t, { PORT: port })
  t.same(await ended, { code: 1, signal: null })
  t.match(output(), new RegExp(`EADDRINUSE.*${port}`))
  t.notMatch(output(), /^\s+at /m)
})
