/**
 * Answers to an old id that arrive after the new one. A cookie is cleared by name: an answer that did so would
 * take the new one from the browser.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Test, test } from 'tap'
import { totp } from '../cognito/totp.ts'
import { Browser, sessionCookie } from '../support/browser.ts'
import { startService } from '../support/service.ts'

const account = { email: 'demo@example.com', password: 'Correct-Horse-9' }
const change = { currentPassword: account.password, newPassword: 'Correct-Horse-10' }

/** What a request that still bears this id is answered: as any other dead one, but for the cookie. */
async function replay(t: Test, url: string, id: string | undefined, cleared: boolean) {
  const late = (path: string) => {
    const browser = new Browser(url)
    browser.jar.set(sessionCookie, id ?? '')
    return browser.get(path)
  }
  const [profile, session] = [await late('/auth/profile'), await late('/auth/session')]
  t.match(profile, { status: 401, json: { code: 'session_expired' } })
  t.same(session.json, { authenticated: false })
  for (const { cookies } of [profile, session]) t.equal(cookies.length, cleared ? 1 : 0)
}

test('S-02 an id that was replaced is dead at once, and its late answers clear no cookie', async t => {
  const { browser, url } = await startService(t)
  const one = browser()
  await one.login()
  const renewals = {
    'a login over a session': () => one.login(),
    'another second factor': () =>
      one.call('PUT', '/auth/mfa', { body: { enabled: [], preferred: null } }),
    'another password': () => one.post('/auth/password/change', change)
  }
  for (const [title, renew] of Object.entries(renewals)) {
    const old = one.sessionId
    await renew()
    t.not(one.sessionId, old, title)
    await replay(t, url, old, false)
    t.equal((await one.get('/auth/profile')).status, 200)
  }
})

test('the id of a login that has been completed is one that was replaced', async t => {
  const { browser, cognito, url } = await startService(t)
  const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  const email = 'ann@example.com'
  await cognito.createUser({ ...account, email, confirmed: true, totpSecret })
  const one = browser()
  await one.login(email)
  const pending = one.sessionId
  const code = totp(totpSecret, Date.now())
  await one.post('/auth/login/challenge', { name: 'SOFTWARE_TOKEN_MFA', code })
  t.equal((await one.get('/auth/profile')).status, 200)
  await replay(t, url, pending, false)
})

test('an id that was ended is cleared, though it took the place of another', async t => {
  const { browser, url } = await startService(t)
  const [one, other] = [browser(), browser()]
  for (const each of [one, one, other, other]) await each.login()
  const [id, second] = [one.sessionId, other.sessionId]
  t.equal((await one.post('/auth/logout/all')).status, 204)
  await replay(t, url, id, true)
  await replay(t, url, second, true)
})

test('a request that is under way while the id is renewed leaves the new cookie alone', async t => {
  const { browser, cognito } = await startService(t)
  const one = browser()
  await one.login()
  await cognito.fault({ operation: 'GetUser', times: 1, delayMs: 1500 })
  const held = one.get('/auth/profile')
  await sleep(100)
  t.equal((await one.post('/auth/password/change', change)).status, 204)
  const renewed = one.sessionId
  const late = await held
  t.match(late, { status: 401, json: { code: 'session_expired' } })
  t.same(late.cookies, [])
  t.equal(one.sessionId, renewed)
  t.equal((await one.get('/auth/profile')).status, 200, 'and it is still logged in')
})

test('a request whose session is ended while it is under way clears the cookie', async t => {
  const { browser, cognito } = await startService(t)
  const one = browser()
  await one.login()
  const phone = browser()
  await phone.login()
  await cognito.fault({ operation: 'GetUser', times: 1, delayMs: 500 })
  const held = one.get('/auth/profile')
  await sleep(100)
  await phone.post('/auth/logout/all')
  t.equal((await held).json.code, 'session_expired')
  t.equal(one.sessionId, undefined)
})
