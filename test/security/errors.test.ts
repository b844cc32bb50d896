/** What leaves the service when the fault is its own. */
import { test } from 'tap'
import { startService } from '../support/service.ts'

const secret = 'p4ssw0rd in a connection string'

test('O-03 an internal error has a code and an id, and no detail', async t => {
  const { app, browser, logs } = await startService(t)
  const one = browser()
  await one.login()
  app.auth.profiles.read = () => {
    throw new TypeError(secret)
  }
  const answer = await one.get('/auth/profile')
  t.equal(answer.status, 500)
  t.match(answer.headers['content-type'], 'application/problem+json')
  t.same(Object.keys(answer.json), ['type', 'title', 'status', 'detail', 'code', 'requestId'])
  t.equal(answer.json.code, 'internal_error')
  t.equal(answer.json.requestId, answer.headers['x-request-id'])
  t.notMatch(answer.text, /p4ssw0rd|TypeError|\.[jt]s\b|node_modules|at /)
  t.same(answer.cookies, [], 'nobody is logged out by it')

  const line = logs.find(entry => entry.includes(secret))
  t.match(line, answer.json.requestId, 'whoever runs it finds the cause by that id')
  t.match(line, /errors\.test\.[jt]s/, 'and the place')
  t.equal((await one.get('/auth/session')).status, 200)
})
