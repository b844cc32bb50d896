import { test } from 'tap'
import { startService } from '../support/service.ts'

const email = 'demo@example.com'
const password = 'Correct-Horse-9'
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

for (const flow of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
  for (const clientSecret of [undefined, 'abcdefghijklmnopqrstuvwxyz0123456789']) {
    const client = clientSecret ? 'confidential' : 'public'
    test(`login by ${flow} with a ${client} client answers the session`, async t => {
      const env = {
        COGNITO_AUTH_FLOW: flow,
        ...(clientSecret && { COGNITO_CLIENT_SECRET: clientSecret })
      }
      const { browser, cognito } = await startService(t, { env })
      if (clientSecret) await cognito.patchPool({ clientSecret })
      const one = browser()
      const { json } = await one.login()
      t.match(json, {
        status: 'authenticated',
        session: {
          authenticated: true,
          user: { sub: /^[0-9a-f-]{36}$/, email, emailVerified: true, groups: [] },
          createdAt: iso,
          expiresAt: iso,
          idleExpiresAt: iso,
          authenticatedAt: iso,
          method: 'password',
          provider: null,
          bound: false
        }
      })
      t.same((await one.get('/auth/session')).json, json.session)
      t.equal((await one.get('/auth/profile')).json.email, email)
      t.equal((await one.get('/api/hello')).json.claims.sub, json.session.user.sub)
      t.equal((await one.post('/auth/logout')).status, 204)
      t.same((await one.get('/auth/session')).json, { authenticated: false })
    })
  }
}

test('a wrong password and an unknown address get the same answer', async t => {
  const { browser } = await startService(t)
  const wrong = await browser().post('/auth/login', { email, password: 'Wrong-Horse-9' })
  const unknown = await browser().post('/auth/login', { email: 'nobody@example.com', password })
  t.equal(wrong.status, 401)
  const { requestId, ...problem } = wrong.json
  t.same(problem, {
    type: 'urn:cognito-bff:problem:invalid_credentials',
    title: 'Wrong email or password',
    status: 401,
    detail: 'The email address or password is wrong.',
    code: 'invalid_credentials'
  })
  t.match(wrong.headers['content-type'], /^application\/problem\+json/)
  t.same({ ...unknown.json, requestId }, wrong.json)
})

test('passwords in any script, with spaces and emoji, work as typed', async t => {
  const { browser, cognito } = await startService(t)
  const passwords = [
    'Пароль-Лошадь-9a',
    'Correct horse 9 ~',
    '🐴🔋Staple-9-🧷',
    `Aa1!${'x'.repeat(252)}`
  ]
  for (const [i, secret] of passwords.entries()) {
    const address = `user${i}@example.com`
    await cognito.createUser({ email: address, password: secret, confirmed: true })
    await browser().login(address, secret)
    const altered = await browser().post('/auth/login', { email: address, password: `${secret} ` })
    t.match(altered.json.code, /invalid_credentials|invalid_request/, `not trimmed: ${secret}`)
  }
})

test('Cognito throttling, failing or not answering is 503 with Retry-After', async t => {
  const { browser, cognito } = await startService(t)
  const faults = [
    { error: 'TooManyRequestsException' },
    { error: 'InternalErrorException', status: 500 },
    { status: 503 },
    { dropAfterCommit: true }
  ]
  for (const fault of faults) {
    await cognito.fault({ operation: 'InitiateAuth', times: 1, ...fault })
    const answer = await browser().post('/auth/login', { email, password })
    t.equal(answer.status, 503, JSON.stringify(fault))
    t.equal(answer.json.code, 'cognito_unavailable')
    t.ok(Number(answer.headers['retry-after']) > 0)
  }
  await browser().login()
})
