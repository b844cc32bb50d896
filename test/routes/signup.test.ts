import { test } from 'tap'
import { liveSession } from '../support/found-session.ts'
import { startService } from '../support/service.ts'

const account = { email: 'ann@example.com', password: 'Correct-Horse-9', givenName: 'Ann' }
const { email, password } = account

test('sign up, confirm, log in', async t => {
  const { browser, cognito } = await startService(t)
  const one = browser()
  const created = await one.post('/auth/signup', { ...account, phoneNumber: '+491701234567' })
  t.equal(created.status, 201)
  t.same(created.json, {
    status: 'confirmation_required',
    delivery: { medium: 'EMAIL', destination: 'a***@e***' }
  })
  t.equal(created.cookies.length, 1, 'the sign-up is remembered')
  t.same((await one.get('/auth/session')).json, { authenticated: false })
  t.equal((await one.get('/auth/profile')).json.code, 'unauthenticated')

  const confirmed = await one.post('/auth/signup/confirm', {
    email,
    code: await cognito.code(email)
  })
  t.equal(confirmed.status, 200)
  t.same(confirmed.json, { status: 'confirmed' })
  await one.login(email, password)
  const profile = (await one.get('/auth/profile')).json
  t.match(profile, { email, givenName: 'Ann', phoneNumber: '+491701234567', emailVerified: true })
})

test('a wrong, an expired and a used code each get their own problem in the browser that began', async t => {
  const { browser, cognito } = await startService(t)
  const one = browser()
  await one.post('/auth/signup', account)
  const code = await cognito.code(email)
  const confirm = (given: string) => one.post('/auth/signup/confirm', { email, code: given })
  t.equal((await confirm('000000')).json.code, 'code_mismatch')
  await cognito.advance(25 * 3600)
  t.equal((await confirm(code)).json.code, 'code_expired')
  const resent = await one.post('/auth/signup/resend', { email })
  t.equal(resent.status, 202)
  t.same(resent.json, { delivery: { medium: 'EMAIL', destination: 'a***@e***' } })
  t.equal((await confirm(await cognito.code(email))).status, 200)
  const again = await confirm(code)
  t.equal(again.json.code, 'code_expired')
  t.match(again.json.detail, /already confirmed/)
})

test('A-18 a browser knows its sign-up again for as long as the newest code lives', async t => {
  const { app, browser, cognito } = await startService(t)
  const one = browser()
  const day = 24 * 3_600_000
  const end = async () => (await liveSession(app.store, one.sessionId ?? ''))?.idleExpiresAt ?? 0
  await one.post('/auth/signup', account)
  const first = await end()
  t.ok(first > Date.now() + day - 60_000 && first <= Date.now() + day)
  const id = one.sessionId
  for (const [path, body] of [
    ['/auth/signup/resend', { email }],
    ['/auth/login', { email, password }]
  ] as const) {
    const before = await end()
    const answer = await one.post(path, body)
    t.same(answer.cookies, [], 'under the same id')
    t.ok((await end()) > before, path)
  }
  await browser().post('/auth/signup/resend', { email })
  const last = await end()
  const code = await cognito.code(email)
  t.equal((await one.post('/auth/signup/confirm', { email, code })).status, 200)
  t.equal(one.sessionId, id)
  t.ok((await end()) >= last)
})

test('an unconfirmed login sends a new code and tells only the browser that began', async t => {
  const { browser, cognito } = await startService(t)
  const own = browser()
  await own.post('/auth/signup', account)
  for (const [title, tried] of [
    ['right', password],
    ['wrong', 'Wrong-Horse-9']
  ]) {
    const sent = (await cognito.messages(email)).length
    const answer = await own.post('/auth/login', { email, password: tried })
    t.equal(answer.status, 403, `${title} password`)
    t.equal(answer.json.code, 'user_not_confirmed')
    t.same(answer.json.delivery, { medium: 'EMAIL', destination: 'a***@e***' })
    const stranger = await browser().post('/auth/login', { email, password: tried })
    t.equal(stranger.json.code, 'invalid_credentials')
    t.same(stranger.cookies, [])
    t.ok((await cognito.messages(email)).length > sent, 'a new code was sent')
  }
})

test('without protection the errors name the reason', async t => {
  const env = { ENUMERATION_PROTECTION: 'off' }
  const { browser, cognito } = await startService(t, { env })
  await cognito.patchPool({ preventUserExistenceErrors: 'LEGACY' })
  await browser().post('/auth/signup', account)
  const login = await browser().post('/auth/login', { email, password: 'Wrong-Horse-9' })
  t.equal(login.json.code, 'user_not_confirmed')
  t.same(login.json.delivery, { medium: 'EMAIL', destination: 'a***@e***' })
  const again = await browser().post('/auth/signup', account)
  t.equal(again.status, 409)
  t.equal(again.json.code, 'email_exists')
  t.equal(again.json.detail, 'An account with this email address already exists.')
  const unknown = 'nobody@example.com'
  for (const [path, body] of [
    ['/auth/signup/resend', { email: unknown }],
    ['/auth/signup/confirm', { email: unknown, code: '123456' }],
    ['/auth/password/forgot', { email: unknown }],
    ['/auth/password/reset', { email: unknown, code: '123456', newPassword: password }]
  ] as const) {
    const answer = await browser().post(path, body)
    t.equal(answer.status, 404, path)
    t.equal(answer.json.code, 'email_not_found')
    t.equal(answer.json.detail, 'Email address not found.')
  }
})

test('X-17 a weak password is refused with the rule of the policy, as code and in words', async t => {
  const { browser } = await startService(t)
  const one = browser()
  for (const [weak, sentence, reason] of [
    ['Sh0rt', /too short/i, 'too_short'],
    ['alllowercase-9', /upper/i, 'needs_uppercase'],
    ['ALLUPPERCASE-9', /lower/i, 'needs_lowercase'],
    ['NoDigits-Here', /number|digit|numeric/i, 'needs_digit'],
    [' Correct-Horse-9', /space/i, 'malformed']
  ] as const) {
    const answer = await one.post('/auth/signup', { ...account, password: weak })
    t.equal(answer.status, 400)
    t.equal(answer.json.code, 'invalid_password')
    t.match(answer.json.detail, sentence)
    t.equal(answer.json.reason, reason)
    t.same(answer.cookies, [])
  }
})

test('phone numbers are checked before Cognito is asked', async t => {
  const { browser, cognito } = await startService(t)
  for (const phoneNumber of ['0170 1234567', '+0123', '491701234567', '+49170123456789012', '']) {
    const answer = await browser().post('/auth/signup', { ...account, phoneNumber })
    t.equal(answer.json.code, 'invalid_request', phoneNumber)
    t.same(answer.json.errors[0].field, 'phoneNumber')
  }
  t.equal((await cognito.calls()).SignUp, undefined)
})
