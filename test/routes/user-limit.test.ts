import { test } from 'tap'
import { startService } from '../support/service.ts'

const env = { RATE_LIMIT_SCALE: '1', RATE_LIMIT_COGNITO_PER_USER: '3/60' }

test('A-13 a signed-in user asks Cognito so often, over all sessions and calls together', async t => {
  const { browser, cognito } = await startService(t, { env })
  await cognito.createUser({
    email: 'ann@example.com',
    password: 'Correct-Horse-9',
    confirmed: true
  })
  const [here, there, ann] = [browser(), browser(), browser()]
  await here.login()
  await there.login()
  await ann.login('ann@example.com')
  const first = await here.get('/auth/profile')
  t.equal(first.status, 200)
  t.equal(first.headers['ratelimit-policy'], '"user";q=3;w=60')
  t.match(first.headers.ratelimit, /^"user";r=2;t=\d+$/)
  t.equal((await there.get('/auth/mfa')).status, 200)
  t.equal((await here.call('PATCH', '/auth/profile', { body: { givenName: 'D' } })).status, 200)
  const before = await cognito.calls()
  const refused = await there.get('/auth/profile')
  t.equal(refused.status, 429)
  t.equal(refused.json.code, 'rate_limited')
  t.match(refused.headers.ratelimit, /^"user";r=0;t=\d+$/)
  t.ok(Number(refused.headers['retry-after']) > 50)
  const attempt = { currentPassword: 'Correct-Horse-9', newPassword: 'Better-Battery-8' }
  t.equal((await here.post('/auth/password/change', attempt)).status, 429)
  t.same(await cognito.calls(), before, 'Cognito is not asked')
  t.ok(there.sessionId, 'the session is kept')
  t.equal((await ann.get('/auth/profile')).status, 200, 'A-04 others are not touched')
})

test('A-13 neither the API nor a logout is counted', async t => {
  const { browser } = await startService(t, { env })
  const one = browser()
  await one.login()
  for (let i = 0; i < 4; i++) await one.get('/auth/profile')
  const called = await one.get('/api/hello')
  t.equal(called.status, 200)
  t.equal(called.headers.ratelimit, undefined)
  t.equal((await one.get('/auth/session')).json.authenticated, true)
  t.equal((await one.post('/auth/logout/all')).status, 204)
})
