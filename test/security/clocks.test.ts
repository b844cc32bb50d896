import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'tap'
import { startService } from '../support/service.ts'

test('a clock of Cognito that jumps five minutes ahead ends no session', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.patchPool({ accessTokenSeconds: 300, refreshRotation: true, retryGraceSeconds: 0 })
  const [profile, api] = [browser(), browser()]
  await Promise.all([profile.login(), api.login()])
  await cognito.advance(300)
  t.equal((await profile.get('/auth/profile')).status, 200, 'Cognito itself refuses the old token')
  t.equal((await api.get('/api/hello')).status, 200, 'an API refuses it')
  t.equal((await cognito.calls()).GetTokensFromRefreshToken, 2)
  t.equal((await api.get('/api/hello')).status, 200)
  t.equal((await cognito.calls()).GetTokensFromRefreshToken, 2)
})

test('a call with a body is refused once, and the next one finds a new token', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.patchPool({ accessTokenSeconds: 300 })
  const one = browser()
  await one.login()
  await cognito.advance(300)
  t.equal((await one.post('/api/hello', { a: 1 })).status, 401, 'it is not for us to send it twice')
  t.ok(one.sessionId, 'the session is kept')
  t.equal((await one.post('/api/hello', { a: 1 })).status, 200)
})

test('an API that refuses the token of a user who was signed out ends the session', async t => {
  const { browser, cognito } = await startService(t)
  const elsewhere = await startService(t, { cognito })
  const [here, there] = [browser(), elsewhere.browser()]
  await here.login()
  await there.login()
  // The other service keeps its own sessions: what ends here is ended by Cognito.
  await there.post('/auth/logout/all')
  const answer = await here.get('/api/hello')
  t.equal(answer.status, 401)
  t.equal(answer.json.code, 'session_expired')
  t.equal(answer.headers['www-authenticate'], undefined)
  t.equal(here.sessionId, undefined, 'the cookie is cleared')
})

test('an API that refuses every token costs one refresh, and keeps its own 401', async t => {
  let asked = 0
  const upstream = createServer((_request, response) => {
    asked += 1
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' })
    response.end('{"message":"no"}')
  })
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  t.teardown(() => upstream.close())
  const { port } = upstream.address() as AddressInfo // a TCP server has one
  const env = { API_UPSTREAM: `http://127.0.0.1:${port}` }
  const { browser, cognito } = await startService(t, { env })
  const one = browser()
  await one.login()
  for (let i = 0; i < 5; i++) {
    const answer = await one.get('/api/hello')
    t.equal(answer.status, 401)
    t.same(answer.json, { message: 'no' })
  }
  t.ok(one.sessionId, 'the session is kept')
  t.equal(asked, 6)
  t.equal((await cognito.calls()).GetTokensFromRefreshToken, 1)
})
