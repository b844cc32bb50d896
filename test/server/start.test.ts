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

test('a port that is taken stops the start, and the message says which and what to do', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = String(typeof address === 'object' ? address?.port : '')
  for (const name of ['PORT', 'METRICS_PORT']) {
    const { ended, output } = startProcess(t, { [name]: port })
    t.same(await ended, { code: 1, signal: null })
    const sentence = `Port ${port} is taken. Stop what runs there, or set ${name} to another.`
    t.match(output(), sentence)
    t.notMatch(output(), /^\s+at /m)
  }
})

test('a name that nothing reads is warned of at the start', async t => {
  const { child, url, ended, output } = startProcess(t, { SESSION_KEY: 'not-shown-to-anybody' })
  await url
  child.kill()
  await ended
  t.match(output(), /"level":40.*SESSION_KEY is not read: is SESSION_KEYS meant\?/)
  t.notMatch(output(), 'not-shown-to-anybody')
})
