import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CognitoIdentityProviderClient,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { test } from 'tap'
import { totp } from '../cognito/totp.ts'
import { sdkFor, signIn } from '../emulator/sdk.ts'
import { sessionCookie } from '../support/browser.ts'
import type { Cognito } from '../support/cognito.ts'
import { startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const newPassword = 'Better-Battery-8'
const user = { email: 'ann@example.com', password, confirmed: true }
const { email } = user

test('A-07 S-03 S-12 a change wants the old password, renews the id, ends the others', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  const [own, other] = [browser(), browser()]
  await own.login(email, password)
  await other.login(email, password)
  const before = own.sessionId
  const change = (currentPassword: string, next: string) =>
    own.post('/auth/password/change', { currentPassword, newPassword: next })
  t.equal((await change('Wrong-Horse-9', newPassword)).json.code, 'invalid_credentials')
  t.equal((await change(password, 'weak')).json.code, 'invalid_password')
  t.equal((await other.get('/auth/profile')).status, 200, 'nothing has happened yet')

  const answer = await change(password, newPassword)
  t.equal(answer.status, 204, answer.text)
  t.not(own.sessionId, before)
  t.equal((await own.get('/api/hello')).status, 200, 'this one keeps working, at the API too')
  t.equal((await other.get('/auth/profile')).json.code, 'session_expired')
  t.equal((await cognito.calls()).GlobalSignOut, 1)
  const replay = browser()
  replay.jar.set(sessionCookie, before ?? '')
  t.equal((await replay.get('/auth/profile')).status, 401)
  await browser().login(email, newPassword)
})

test('S-03 with a second factor the change renews the id, keeps the tokens and ends the others here', async t => {
  const { browser, cognito } = await startService(t)
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  await cognito.createUser({ ...user, totpSecret: secret })
  const login = async (ahead: number) => {
    const one = browser()
    await one.post('/auth/login', { email, password })
    const code = totp(secret, Date.now() + ahead)
    const body = { name: 'SOFTWARE_TOKEN_MFA', code }
    t.equal((await one.post('/auth/login/challenge', body)).json.status, 'authenticated')
    return one
  }
  const own = await login(0)
  const other = await login(30_000)
  const body = { currentPassword: password, newPassword }
  const before = own.sessionId
  t.equal((await own.post('/auth/password/change', body)).status, 204)
  t.not(own.sessionId, before)
  t.equal((await own.get('/api/hello')).status, 200)
  t.equal((await other.get('/auth/profile')).json.code, 'session_expired')
  t.equal((await cognito.calls()).GlobalSignOut, undefined)
})

test('A-06 a reset ends all sessions and opens none', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  const old = browser()
  await old.login(email, password)
  const one = browser()
  const forgot = await one.post('/auth/password/forgot', { email })
  t.equal(forgot.status, 202)
  t.same(forgot.json, { delivery: { medium: 'EMAIL', destination: 'a***@e***' } })
  t.same(forgot.cookies, [])
  const code = await cognito.code(email)
  const reset = (given: string, next = newPassword) =>
    one.post('/auth/password/reset', { email, code: given, newPassword: next })
  t.equal((await reset('000000')).json.code, 'code_mismatch')
  t.equal((await reset(code, 'weak')).json.code, 'invalid_password')
  const done = await reset(code)
  t.equal(done.status, 204, done.text)
  t.same(done.cookies, [])
  t.equal((await old.get('/auth/profile')).json.code, 'session_expired')
  t.equal((await reset(code)).status, 400, 'the code is used up')
  await one.login(email, newPassword)
})

test('A-10 a reset does not get round the second factor', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser({ ...user, totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' })
  const one = browser()
  await one.post('/auth/password/forgot', { email })
  const code = await cognito.code(email)
  t.equal((await one.post('/auth/password/reset', { email, code, newPassword })).status, 204)
  const login = await one.post('/auth/login', { email, password: newPassword })
  t.equal(login.json.status, 'challenge')
})

test('without protection an expired reset code has its own error', async t => {
  const env = { ENUMERATION_PROTECTION: 'off' }
  const { browser, cognito } = await startService(t, { env })
  await cognito.createUser(user)
  await browser().post('/auth/password/forgot', { email })
  const code = await cognito.code(email)
  await cognito.advance(3700)
  const answer = await browser().post('/auth/password/reset', { email, code, newPassword })
  t.equal(answer.json.code, 'code_expired')
})

test("Cognito's own limits are attempt_limit_exceeded with Retry-After", async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  const one = browser()
  await one.login(email, password)
  const body = { currentPassword: 'Wrong-Horse-9', newPassword }
  let answer = await one.post('/auth/password/change', body)
  for (let i = 0; i < 10 && answer.status === 401; i++) {
    answer = await one.post('/auth/password/change', body)
  }
  t.equal(answer.status, 429)
  t.equal(answer.json.code, 'attempt_limit_exceeded')
  t.ok(Number(answer.headers['retry-after']) > 0)
})

test('a login reports a reset that the pool demands', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  await cognito.fault({
    operation: 'RespondToAuthChallenge',
    times: 1,
    error: 'PasswordResetRequiredException'
  })
  const answer = await browser().post('/auth/login', { email, password })
  t.equal(answer.status, 403)
  t.equal(answer.json.code, 'password_reset_required')
})

test('A-06 a reset ends all sessions of an account that is kept locked', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  const thief = browser()
  await thief.login(email, password)
  const one = browser()
  await one.post('/auth/password/forgot', { email })
  const code = await cognito.code(email)
  // The fifth locks for a second, each one after it for longer.
  for (let i = 0; i < 9; i++) {
    await browser().post('/auth/login', { email, password: 'Wrong-Horse-9' })
    if (i >= 4) await cognito.advance(2 ** (i - 4) + 1)
  }
  await browser().post('/auth/login', { email, password: 'Wrong-Horse-9' })
  const locked = await browser().post('/auth/login', { email, password })
  t.equal(locked.json.code, 'attempt_limit_exceeded')
  const reset = await one.post('/auth/password/reset', { email, code, newPassword })
  t.equal(reset.status, 204, reset.text)
  t.equal((await thief.get('/auth/profile')).json.code, 'session_expired')
})

test('S-23 a reset by an email that was changed in the session ends it, though the account is locked', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  const thief = browser()
  await thief.login(email, password)
  const changed = 'new.ann@example.com'
  await thief.call('PATCH', '/auth/profile', { body: { email: changed } })
  const proof = { attribute: 'email', code: await cognito.code(changed) }
  t.equal((await thief.post('/auth/profile/verification/confirm', proof)).status, 200)
  await browser().post('/auth/password/forgot', { email: changed })
  const code = await cognito.code(changed)
  const wrong = { email: changed, password: 'Wrong-Horse-9' }
  for (let i = 0; i < 7; i++) await browser().post('/auth/login', wrong)
  const reset = { email: changed, code, newPassword }
  t.equal((await browser().post('/auth/password/reset', reset)).status, 204)
  t.equal((await thief.get('/auth/profile')).json.code, 'session_expired')
})

test('S-23 a reset by an email that now belongs to another user ends the sessions of both', async t => {
  const { browser, cognito } = await startService(t)
  const sdk = sdkFor(t, cognito)
  const [free, earlier] = ['free@example.com', 'bob@example.com']
  await cognito.createUser(user)
  await cognito.createUser({ ...user, email: earlier })
  const [before, now] = [browser(), browser()]
  await before.login(email, password)
  await now.login(earlier, password)
  await changeEmailAtCognito(sdk, cognito, email, free)
  await changeEmailAtCognito(sdk, cognito, earlier, email)
  await browser().post('/auth/password/forgot', { email })
  const reset = { email, code: await cognito.code(email), newPassword }
  t.equal((await browser().post('/auth/password/reset', reset)).status, 204)
  // Cognito, which is not asked here, has revoked the tokens of the one whose it is.
  t.equal((await before.get('/auth/session')).json.authenticated, false, 'known by that email')
  t.equal((await now.get('/auth/session')).json.authenticated, false, 'whose it is')
})

/** As an app that uses the pool without this service does. */
async function changeEmailAtCognito(
  sdk: CognitoIdentityProviderClient,
  cognito: Cognito,
  from: string,
  to: string
) {
  const { AccessToken } = (await signIn(sdk, cognito, from, password)).AuthenticationResult ?? {}
  const UserAttributes = [{ Name: 'email', Value: to }]
  await sdk.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes }))
  const proof = { AttributeName: 'email', Code: await cognito.code(to) }
  await sdk.send(new VerifyUserAttributeCommand({ AccessToken, ...proof }))
}

test('S-12 a change that fails after Cognito has made it ends the other sessions all the same', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser(user)
  const [own, other] = [browser(), browser()]
  await own.login(email, password)
  await other.login(email, password)
  // The trial passes, the login after GlobalSignOut does not, nor when it is repeated.
  await cognito.fault({ operation: 'GlobalSignOut', times: 1, delayMs: 300 })
  const change = own.post('/auth/password/change', { currentPassword: password, newPassword })
  while (((await cognito.calls()).GlobalSignOut ?? 0) === 0) await sleep(10)
  await cognito.fault({
    operation: 'InitiateAuth',
    times: 2,
    error: 'TooManyRequestsException'
  })
  t.equal((await change).status, 204, 'the password has changed')
  t.equal(own.sessionId, undefined, 'and this session could not go on')
  t.equal((await other.get('/auth/profile')).json.code, 'session_expired')
  await browser().login(email, newPassword)
})
