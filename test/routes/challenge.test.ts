import { test } from 'tap'
import { totp } from '../cognito/totp.ts'
import { sessionCookie } from '../support/browser.ts'
import { startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const user = { email: 'ann@example.com', password, confirmed: true }
const { email } = user
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

test('TOTP: the code completes the login under yet another id', async t => {
  const { browser, cognito, url } = await startService(t)
  await cognito.createUser({ ...user, totpSecret: secret })
  const one = browser()
  const begun = await one.post('/auth/login', { email, password })
  t.equal(begun.status, 200)
  t.match(begun.json, {
    status: 'challenge',
    challenge: { name: 'SOFTWARE_TOKEN_MFA', expiresAt: iso }
  })
  t.same(Object.keys(begun.json.challenge).toSorted(), ['expiresAt', 'name'])
  t.equal(begun.cookies.length, 1)
  const halfway = one.sessionId
  t.same((await one.get('/auth/session')).json, { authenticated: false })
  t.equal((await one.get('/auth/profile')).json.code, 'unauthenticated')

  const answer = { name: 'SOFTWARE_TOKEN_MFA', code: totp(secret, Date.now()) }
  const stranger = await browser().post('/auth/login/challenge', answer)
  t.equal(stranger.json.code, 'challenge_expired', 'A-11 bound to the browser that began')
  const done = await one.post('/auth/login/challenge', answer)
  t.equal(done.json.status, 'authenticated')
  t.equal(done.json.session.user.email, email)
  t.not(one.sessionId, halfway)
  t.equal((await one.get('/auth/profile')).status, 200)

  t.equal((await one.post('/auth/login/challenge', answer)).json.code, 'challenge_expired')
  const replay = browser()
  replay.jar.set(sessionCookie, halfway ?? '')
  t.equal((await replay.post('/auth/login/challenge', answer)).json.code, 'challenge_expired')
  t.ok(url)
})

test('a challenge that Cognito has forgotten is challenge_expired', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser({ ...user, totpSecret: secret })
  const one = browser()
  await one.post('/auth/login', { email, password })
  await cognito.advance(200)
  const answer = { name: 'SOFTWARE_TOKEN_MFA', code: totp(secret, Date.now() + 200_000) }
  t.equal((await one.post('/auth/login/challenge', answer)).json.code, 'challenge_expired')
})

test('NEW_PASSWORD_REQUIRED: with the attributes the pool wants', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.patchPool({ requiredAttributes: ['email', 'given_name'] })
  await cognito.createUser({ email, password: 'Temporary-Horse-9', temporary: true })
  const one = browser()
  const begun = await one.post('/auth/login', { email, password: 'Temporary-Horse-9' })
  t.match(begun.json.challenge, {
    name: 'NEW_PASSWORD_REQUIRED',
    requiredAttributes: ['givenName']
  })
  const answer = { name: 'NEW_PASSWORD_REQUIRED', newPassword: password }
  const missing = await one.post('/auth/login/challenge', answer)
  t.same(missing.json.errors, [
    { field: 'attributes.givenName', message: 'is required', code: 'required' }
  ])
  const attributes = { givenName: 'Ann' }
  const weak = await one.post('/auth/login/challenge', {
    ...answer,
    newPassword: 'weak',
    attributes
  })
  t.equal(weak.json.code, 'invalid_password')
  const done = await one.post('/auth/login/challenge', { ...answer, attributes })
  t.equal(done.json.status, 'authenticated', done.text)
  t.equal(done.json.session.user.givenName, 'Ann')
  await browser().login(email, password)
})

test('NEW_PASSWORD_REQUIRED: attributes that Cognito refuses are named, and cost nothing', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser({ email, password: 'Temporary-Horse-9', temporary: true })
  const one = browser()
  await one.post('/auth/login', { email, password: 'Temporary-Horse-9' })
  const answer = { name: 'NEW_PASSWORD_REQUIRED', newPassword: password }
  const cases: [attributes: object, field: string, message: string][] = [
    [
      { email: 'other@example.com' },
      'attributes.email',
      'has a value already, which cannot be changed here'
    ],
    [{ 'custom:x': '12' }, 'attributes.custom:x', 'is not a known field'],
    [{ phoneNumber: '12' }, 'attributes.phoneNumber', 'is not in the right form'],
    [{ email_verified: 'true' }, 'attributes', 'must not contain any that a user may not set']
  ]
  for (const [attributes, field, message] of cases) {
    const refused = await one.post('/auth/login/challenge', { ...answer, attributes })
    t.equal(refused.status, 400, refused.text)
    t.equal(refused.json.code, 'invalid_request', field)
    t.equal(refused.json.errors.length, 1)
    t.match(refused.json.errors, [{ field, message }])
  }
  t.equal((await one.post('/auth/login/challenge', answer)).json.status, 'authenticated')
})

test('MFA_SETUP: the secret is shown once, its first code completes the login', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  await cognito.patchPool({ mfa: 'on' })
  const one = browser()
  const { challenge } = (await one.post('/auth/login', { email, password })).json
  t.equal(challenge.name, 'MFA_SETUP')
  t.match(challenge.secret, /^[A-Z2-7]{16,}$/)
  t.match(challenge.otpauthUri, /^otpauth:\/\/totp\/localhost:ann%40example\.com\?secret=/)
  const answer = (code: string) => one.post('/auth/login/challenge', { name: 'MFA_SETUP', code })
  const wrong = await answer('000000')
  t.match(wrong.json, { code: 'code_mismatch', detail: /the app shows/ })
  t.notMatch(wrong.text, challenge.secret)
  const done = await answer(totp(challenge.secret, Date.now()))
  t.equal(done.json.status, 'authenticated', done.text)
  const next = await browser().post('/auth/login', { email, password })
  t.equal(next.json.challenge.name, 'SOFTWARE_TOKEN_MFA')
})

test('SELECT_MFA_TYPE, then EMAIL_OTP or SMS_MFA by its code', async t => {
  const { browser, cognito } = await startService(t)
  const phone = { phone_number: '+491701234567', phone_number_verified: 'true' }
  await cognito.createUser({ ...user, attributes: { ...phone, email_verified: 'true' } })
  const owner = browser()
  await owner.login(email, password)
  const enabled = ['SMS_MFA', 'EMAIL_OTP']
  t.equal(
    (await owner.call('PUT', '/auth/mfa', { body: { enabled, preferred: null } })).status,
    200
  )
  for (const [choice, to, medium] of [
    ['SMS_MFA', '+491701234567', 'SMS'],
    ['EMAIL_OTP', email, 'EMAIL']
  ] as const) {
    const one = browser()
    const { challenge } = (await one.post('/auth/login', { email, password })).json
    t.equal(challenge.name, 'SELECT_MFA_TYPE')
    t.same(challenge.choices.toSorted(), ['EMAIL_OTP', 'SMS_MFA'])
    const odd = await one.post('/auth/login/challenge', { name: 'SELECT_MFA_TYPE', choice: 'FAX' })
    t.equal(odd.json.errors[0].field, 'choice')
    const next = await one.post('/auth/login/challenge', { name: 'SELECT_MFA_TYPE', choice })
    t.match(next.json, { status: 'challenge', challenge: { name: choice, delivery: { medium } } })
    const wrong = await one.post('/auth/login/challenge', { name: choice, code: '12345678' })
    t.match(wrong.json, { code: 'code_mismatch', detail: /The code is wrong/ })
    const code = await cognito.code(to)
    const done = await one.post('/auth/login/challenge', { name: choice, code })
    t.equal(done.json.status, 'authenticated', done.text)
  }
})

test('no answer of a challenge holds what Cognito calls Session', async t => {
  const { browser, cognito, logs } = await startService(t)
  await cognito.createUser({ ...user, totpSecret: secret })
  const one = browser()
  await one.post('/auth/login', { email, password })
  await one.post('/auth/login/challenge', { name: 'SOFTWARE_TOKEN_MFA', code: '000000' })
  await one.post('/auth/login/challenge', { name: 'WRONG', code: '000000' })
  t.notMatch([...one.seen, ...logs].join('\n'), /AYABe|eyJ/)
})
