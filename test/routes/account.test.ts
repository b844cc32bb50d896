import { test } from 'tap'
import { totp } from '../cognito/totp.ts'
import { startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const user = { email: 'ann@example.com', password, confirmed: true }
const { email } = user

test('MFA: set up an authenticator, and switch it off; the id is renewed each time', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser({ ...user, attributes: { email_verified: 'true' } })
  const one = browser()
  await one.login(email, password)
  const read = await one.get('/auth/mfa')
  t.same(read.json, {
    enabled: [],
    preferred: null,
    available: ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP']
  })

  const { secret, otpauthUri } = (await one.post('/auth/mfa/totp')).json
  t.match(otpauthUri, `secret=${secret}`)
  const before = one.sessionId
  const confirm = (code: string) =>
    one.post('/auth/mfa/totp/confirm', { code, friendlyName: 'phone' })
  t.match((await confirm('000000')).json, { code: 'code_mismatch', detail: /the app shows/ })
  t.equal(one.sessionId, before)
  const on = await confirm(totp(secret, Date.now()))
  t.equal(on.status, 200, on.text)
  t.match(on.json, { enabled: ['SOFTWARE_TOKEN_MFA'], preferred: 'SOFTWARE_TOKEN_MFA' })
  t.not(one.sessionId, before, 'S-03')
  t.equal((await one.get('/api/hello')).status, 200, 'and nothing has ended')
  t.equal((await browser().post('/auth/login', { email, password })).json.status, 'challenge')

  const withFactor = one.sessionId
  const off = await one.call('PUT', '/auth/mfa', { body: { enabled: [], preferred: null } })
  t.match(off.json, { enabled: [], preferred: null })
  t.not(one.sessionId, withFactor, 'S-03')
  await browser().login(email, password)
})

test('MFA: what is not set up, or not enabled, cannot be preferred', async t => {
  const { browser } = await startService(t)
  const one = browser()
  await one.login()
  const totp = 'SOFTWARE_TOKEN_MFA'
  const words = `must be one of ${totp}, SMS_MFA, EMAIL_OTP`
  const cases: [body: object, errors: [field: string, message: string][]][] = [
    [{ enabled: [], preferred: 'SMS_MFA' }, [['preferred', 'must be one of those enabled']]],
    [{ enabled: [totp], preferred: totp }, [['enabled', 'must hold only methods that are set up']]],
    [{ enabled: ['FAX'], preferred: null }, [['enabled.0', words]]],
    [{ enabled: [], preferred: 'FAX' }, [['preferred', `${words}, null`]]],
    [{ enabled: [totp, totp], preferred: null }, [['enabled', 'must name each method once']]],
    [
      { enabled: [totp, totp, totp, totp], preferred: null },
      [['enabled', 'must not have more than 3 items']]
    ],
    [{ enabled: [] }, [['preferred', 'is required']]]
  ]
  for (const [body, errors] of cases) {
    const { json } = await one.call('PUT', '/auth/mfa', { body })
    t.equal(json.code, 'invalid_request', JSON.stringify(body))
    t.equal(json.errors.length, errors.length)
    t.match(
      json.errors,
      errors.map(([field, message]) => ({ field, message }))
    )
  }
})

test('MFA: what the pool does not have is not offered, and what is on can be switched off', async t => {
  const all = await startService(t)
  const { cognito } = all
  await cognito.createUser({ ...user, attributes: { email_verified: 'true' } })
  const before = all.browser()
  await before.login(email, password)
  const put = (one: typeof before, enabled: readonly string[]) =>
    one.call('PUT', '/auth/mfa', { body: { enabled, preferred: null } })
  const env = { COGNITO_MFA_METHODS: 'SMS_MFA' }
  const { browser } = await startService(t, { env, cognito })
  const one = browser()
  await one.login(email, password)
  t.same((await one.get('/auth/mfa')).json.available, [])
  t.match((await put(one, ['EMAIL_OTP'])).json, { code: 'invalid_request', detail: /not offered/ })
  t.match((await one.post('/auth/mfa/totp')).json, { code: 'invalid_request' })

  t.same((await put(before, ['EMAIL_OTP'])).json.enabled, ['EMAIL_OTP'])
  t.same((await put(one, ['EMAIL_OTP'])).json.enabled, ['EMAIL_OTP'], 'it stays')
  t.same((await put(one, [])).json.enabled, [])
  t.equal((await put(one, ['EMAIL_OTP'])).status, 400)
})

test('S-10 S-11 users see and end their own sessions, and no others', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  const [laptop, phone, stranger] = [browser(), browser(), browser()]
  await laptop.login(email, password)
  await phone.login(email, password)
  await stranger.login()
  const { sessions } = (await laptop.get('/auth/sessions')).json
  t.equal(sessions.length, 2)
  t.same(sessions.map((session: { current: boolean }) => session.current).toSorted(), [false, true])
  for (const session of sessions) t.match(session, { id: /^[\w-]{16,}$/, ip: '127.0.0.1' })
  t.notMatch(JSON.stringify(sessions), phone.sessionId ?? '?')

  const other = sessions.find((session: { current: boolean }) => !session.current).id
  t.equal((await stranger.call('DELETE', `/auth/sessions/${other}`)).status, 404)
  t.equal((await phone.get('/auth/profile')).status, 200)
  t.equal((await laptop.call('DELETE', `/auth/sessions/${other}`)).status, 204)
  t.equal((await phone.get('/auth/profile')).json.code, 'session_expired')
  t.equal((await laptop.call('DELETE', `/auth/sessions/${other}`)).status, 404)
  t.equal((await laptop.get('/auth/sessions')).json.sessions.length, 1)

  const own = (await laptop.get('/auth/sessions')).json.sessions[0].id
  const last = await laptop.call('DELETE', `/auth/sessions/${own}`)
  t.equal(last.status, 204)
  t.equal(laptop.sessionId, undefined, 'ending this one logs out')
  t.equal((await cognito.calls()).RevokeToken, 1)
})

test('S-10 S-11 a user ends all other sessions; this one stays, under a new id', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser({ ...user, attributes: { email_verified: 'true' } })
  const [laptop, phone, tablet, stranger] = [browser(), browser(), browser(), browser()]
  for (const one of [laptop, phone, tablet]) await one.login(email, password)
  await stranger.login()
  const before = laptop.sessionId
  t.equal((await laptop.call('DELETE', '/auth/sessions')).status, 204)
  t.not(laptop.sessionId, before)
  for (const one of [phone, tablet]) {
    t.equal((await one.get('/auth/profile')).json.code, 'session_expired')
  }
  t.equal((await laptop.get('/api/hello')).status, 200)
  t.equal((await stranger.get('/auth/profile')).status, 200)
  t.equal((await laptop.get('/auth/sessions')).json.sessions.length, 1)
  // It can still get another id.
  const { secret } = (await laptop.post('/auth/mfa/totp')).json
  const code = totp(secret, Date.now())
  t.equal((await laptop.post('/auth/mfa/totp/confirm', { code })).status, 200)
  t.equal((await browser().call('DELETE', '/auth/sessions')).json.code, 'unauthenticated')
})

test('an account is deleted after a check of the password, with all its sessions', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  const [own, other] = [browser(), browser()]
  await own.login(email, password)
  await other.login(email, password)
  const wrong = await own.post('/auth/account/delete', { password: 'Wrong-Horse-9' })
  t.equal(wrong.status, 401)
  t.equal(wrong.json.code, 'invalid_credentials')
  t.equal((await own.get('/auth/profile')).status, 200)
  t.equal((await own.post('/auth/account/delete', { password })).status, 204)
  t.equal(own.sessionId, undefined)
  t.equal((await other.get('/auth/profile')).json.code, 'session_expired')
  t.equal(
    (await browser().post('/auth/login', { email, password })).json.code,
    'invalid_credentials'
  )
})

test('S-13 a disabled user loses the session at the next word with Cognito', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  const one = browser()
  await one.login(email, password)
  await fetch(cognito.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.AdminDisableUser',
      authorization: 'AWS4-HMAC-SHA256 Credential=test'
    },
    body: JSON.stringify({ UserPoolId: cognito.poolId, Username: email })
  })
  const answer = await one.get('/auth/profile')
  t.equal(answer.json.code, 'session_expired')
  t.equal(one.sessionId, undefined)
})
