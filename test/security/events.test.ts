/** Security events name the request they come from. */
import { test } from 'tap'
import { startService } from '../support/service.ts'

const email = 'demo@example.com'
const password = 'Correct-Horse-9'

test('O-20 every event of a request bears its id, its trace and the client IP', async t => {
  const env = { TRUST_PROXY: '127.0.0.1', PHOTO_DIRECTORY: t.testdir() }
  const { browser, cognito, logs } = await startService(t, { env })
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const headers = {
    'x-forwarded-for': '203.0.113.7',
    traceparent: `00-${trace}-00f067aa0ba902b7-01`
  }
  const one = browser()
  const other = browser()
  const post = (path: string, body?: unknown) => one.post(path, body, { headers })
  await cognito.patchPool({ accessTokenSeconds: 1 })
  await post('/auth/login', { email, password: 'Wrong-Horse-9' })
  await post('/auth/login', { email, password })
  const refreshed = () => logs.some(line => line.includes('refresh.succeeded'))
  while (!refreshed()) await one.get('/auth/profile', { headers })
  await post('/auth/login', { email, password })
  await other.post('/auth/login', { email, password }, { headers })
  const { sessions } = (await one.get('/auth/sessions', { headers })).json
  const elsewhere = sessions.find(({ current }: { current: boolean }) => !current)
  await one.call('DELETE', `/auth/sessions/${elsewhere.id}`, { headers })
  await cognito.fault({ operation: 'RevokeToken', error: 'InternalErrorException', times: 2 })
  await post('/auth/logout')
  await post('/auth/login', { email, password })
  await post('/auth/password/change', { currentPassword: password, newPassword: 'Other-Horse-9' })
  await post('/auth/logout/all')
  await post('/auth/signup', { email: 'new@example.com', password, givenName: 'New' })
  await one.get('/auth/session', { headers: { ...headers, 'sec-fetch-site': 'cross-site' } })
  await post('/auth/password/forgot', { email })
  const proof = { email, code: await cognito.code(email), newPassword: password }
  await post('/auth/password/reset', proof)
  await post('/auth/login', { email, password })
  await cognito.patchPool({ triggers: { PreTokenGeneration: { fails: 'refuse' } } })
  while (!logs.some(line => line.includes('trigger.failed'))) {
    await one.get('/auth/profile', { headers })
  }
  await cognito.patchPool({ triggers: {} })
  await post('/auth/account/delete', { password })

  const events = logs.map(line => JSON.parse(line)).filter(({ event }) => event)
  const names = new Set(events.map(({ event }) => event))
  for (const event of events) {
    t.match(event, { reqId: /^[\w-]{36}$/, traceId: trace, ip: '203.0.113.7' }, event.event)
    t.notOk('by' in event)
  }
  for (const name of [
    ...['login.failed', 'login.succeeded', 'logout', 'logout.all', 'session.revoked'],
    ...['refresh.succeeded', 'revoke.failed', 'password.changed', 'password.reset'],
    ...['account.created', 'account.deleted', 'csrf.rejected', 'trigger.failed']
  ]) {
    t.ok(names.has(name), name)
  }
})
