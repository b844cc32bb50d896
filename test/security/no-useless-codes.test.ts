/** Changing a password, resetting it and deleting an account send no code that nobody asked for. */
import { type Test, test } from 'tap'
import { startService } from '../support/service.ts'

const phone = '+491701234567'
const [email, password, newPassword] = ['ann@example.com', 'Correct-Horse-9', 'Better-Battery-8']

/** Two sessions of a user whose logins send codes since. */
async function world(t: Test, factor: 'EMAIL_OTP' | 'SMS_MFA' = 'EMAIL_OTP') {
  const service = await startService(t)
  const { browser, cognito } = service
  const attributes = { phone_number: phone, phone_number_verified: 'true' }
  await cognito.createUser({ email, password, confirmed: true, attributes })
  const [here, there] = [browser(), browser()]
  await here.login(email, password)
  await there.login(email, password)
  const body = { enabled: [factor], preferred: factor }
  t.equal((await here.call('PUT', '/auth/mfa', { body })).status, 200)
  const codes = async () =>
    [...(await cognito.messages(email)), ...(await cognito.messages(phone))].filter(
      ({ purpose }) => purpose === 'mfa'
    ).length
  return { ...service, here, there, codes }
}

test('A-24 a change of password with a second factor sends nothing', async t => {
  const { browser, here, there, codes } = await world(t)
  const wrong = { currentPassword: 'Wrong-Horse-9', newPassword }
  t.equal((await here.post('/auth/password/change', wrong)).json.code, 'invalid_credentials')
  const change = await here.post('/auth/password/change', {
    currentPassword: password,
    newPassword
  })
  t.equal(change.status, 204)
  t.equal(await codes(), 0)
  t.equal((await here.get('/auth/profile')).status, 200, 'this session goes on')
  t.equal((await there.get('/auth/profile')).json.code, 'session_expired')
  const login = await browser().post('/auth/login', { email, password: newPassword })
  t.equal(login.json.challenge.name, 'EMAIL_OTP')
})

test('A-24 a reset with a second factor sends nothing but its own code', async t => {
  const { browser, cognito, here, there, codes } = await world(t, 'SMS_MFA')
  await browser().post('/auth/password/forgot', { email })
  const code = await cognito.code(email)
  const reset = await browser().post('/auth/password/reset', { email, code, newPassword })
  t.equal(reset.status, 204, reset.text)
  t.equal(await codes(), 0)
  for (const one of [here, there]) {
    t.equal((await one.get('/auth/profile')).json.code, 'session_expired')
  }
})

test('A-24 deleting an account with a second factor sends nothing', async t => {
  const { here, there, codes } = await world(t)
  const refused = await here.post('/auth/account/delete', { password: 'Wrong-Horse-9' })
  t.equal(refused.json.code, 'invalid_credentials')
  t.equal((await here.post('/auth/account/delete', { password })).status, 204)
  t.equal(await codes(), 0)
  t.equal((await there.get('/auth/profile')).json.code, 'session_expired')
})

for (const changePasswordChecksFirst of ['password', 'policy']) {
  test(`a wrong password deletes no account where passwords are remembered, ${changePasswordChecksFirst} first`, async t => {
    const { cognito, here } = await world(t)
    await cognito.patchPool({ passwordHistorySize: 3, changePasswordChecksFirst })
    for (const wrong of ['Wrong-Horse-9', 'short']) {
      const refused = await here.post('/auth/account/delete', { password: wrong })
      t.equal(refused.json.code, 'invalid_credentials', refused.text)
    }
    t.equal((await here.post('/auth/account/delete', { password })).status, 204)
  })
}

test('A-24 without a second factor all tokens of the user are revoked, as before', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser({ email, password, confirmed: true })
  const here = browser()
  await here.login(email, password)
  await here.post('/auth/password/change', { currentPassword: password, newPassword })
  t.equal((await cognito.calls()).GlobalSignOut, 1)
  t.equal((await here.get('/auth/profile')).status, 200)
})
