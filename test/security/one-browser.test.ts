/** What one browser has under way at the same time: logins over a session, over each other, and a logout. */
import { type Test, test } from 'tap'
import { startGate } from '../chaos/gate.ts'
import { totp } from '../cognito/totp.ts'
import { Browser } from '../support/browser.ts'
import { startCognito } from '../support/cognito.ts'
import { startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const plain = { email: 'demo@example.com', password }
const withFactor = { email: 'ann@example.com', password }

async function scene(t: Test) {
  const cognito = await startCognito(t)
  await cognito.createUser({ ...withFactor, confirmed: true, totpSecret })
  const gate = await startGate(t, cognito.url)
  const env = { COGNITO_ENDPOINT: gate.url }
  const { browser, logs } = await startService(t, { env, cognito })
  let ahead = 0
  /** Each code counts once: a later one is asked for, and Cognito's clock goes with it. */
  async function answer(one: Browser) {
    const code = totp(totpSecret, Date.now() + ahead)
    ahead += 30_000
    const answered = await one.post('/auth/login/challenge', { name: 'SOFTWARE_TOKEN_MFA', code })
    await cognito.advance(30)
    return answered
  }
  const events = (name: string) => logs.filter(line => line.includes(`"event":"${name}"`))
  return { browser, gate, answer, events }
}

/** The same cookies, as a second tab has them. */
function tab(one: Browser): Browser {
  const other = new Browser(one.origin)
  for (const [name, value] of one.jar) other.jar.set(name, value)
  return other
}

test('S-18 a logout beats what the same browser has under way', async t => {
  const { browser, gate } = await scene(t)
  const begin: Record<string, (one: Browser) => Promise<unknown>> = {
    'a login over a session': one => one.login(),
    'the next step of a login': one => one.post('/auth/login', withFactor)
  }
  for (const [title, before] of Object.entries(begin)) {
    const one = browser()
    await before(one)
    const second = tab(one)
    const arrived = gate.hold('RespondToAuthChallenge')
    const code = totp(totpSecret, Date.now())
    const late = title.startsWith('a login')
      ? one.post('/auth/login', plain)
      : one.post('/auth/login/challenge', { name: 'SOFTWARE_TOKEN_MFA', code })
    const held = await arrived
    t.equal((await second.post('/auth/logout')).status, 204)
    const revoked = gate.hold('RevokeToken')
    held.release()
    const { status, json, cookies } = await late
    t.equal(status, 401, title)
    t.match(json.code, /^(session|challenge)_expired$/)
    t.same(cookies, [], 'no cookie comes after the logout')
    ;(await revoked).release()
  }
})

test('S-18 a logout that still bears the old id ends what has taken its place', async t => {
  const { browser, answer } = await scene(t)
  const one = browser()
  await one.post('/auth/login', withFactor)
  const before = tab(one)
  t.equal((await answer(one)).status, 200)
  await one.call('PUT', '/auth/mfa', { body: { enabled: [], preferred: null } })
  t.equal((await one.get('/auth/profile')).status, 200)
  t.equal((await before.post('/auth/logout')).status, 204)
  t.equal((await one.get('/auth/profile')).json.code, 'session_expired')
})

test('S-19 each beginning gets a new id, and two logins at once leave one session', async t => {
  const { browser, gate } = await scene(t)
  const one = browser()
  await one.post('/auth/login', withFactor)
  const first = one.sessionId
  await one.post('/auth/login', withFactor)
  t.not(one.sessionId, first, 'a login over a login half done')
  const planted = browser()
  planted.jar.set('session', first ?? '')
  t.equal((await planted.post('/auth/logout')).status, 204)
  t.ok(one.sessionId)

  const second = tab(one)
  const arrived = [gate.hold('RespondToAuthChallenge'), gate.hold('RespondToAuthChallenge')]
  const logins = [one, second].map(each => each.post('/auth/login', plain))
  for (const held of await Promise.all(arrived)) held.release()
  const answers = await Promise.all(logins)
  t.same(answers.map(({ status }) => status).sort(), [200, 429])
  const winner = answers[0]?.status === 200 ? one : second
  t.equal((await winner.get('/auth/sessions')).json.sessions.length, 1)
})

test('S-20 a session lives until the login over it is complete', async t => {
  const { browser, answer, events } = await scene(t)
  const one = browser()
  await one.post('/auth/login', withFactor)
  await answer(one)
  const before = one.sessionId
  t.equal((await one.post('/auth/login', withFactor)).json.status, 'challenge')
  t.not(one.sessionId, before, 'under a new id')
  const stays = await one.get('/auth/session')
  t.match(stays.json, { authenticated: true, user: { email: withFactor.email } })
  t.equal((await one.get('/api/hello')).status, 200)

  const half = one.sessionId
  t.equal((await answer(one)).json.status, 'authenticated')
  t.not(one.sessionId, half)
  t.equal((await one.get('/auth/sessions')).json.sessions.length, 1)
  t.same(events('logout'), [], 'nobody has logged out')
  t.equal(events('session.replaced').length, 1)

  await one.post('/auth/login', withFactor)
  const wrong = { name: 'SOFTWARE_TOKEN_MFA', code: '000000' }
  for (let i = 0; i < 5; i += 1) await one.post('/auth/login/challenge', wrong)
  const spent = await one.post('/auth/login/challenge', wrong)
  t.equal(spent.json.code, 'challenge_expired')
  t.equal((await one.get('/auth/profile')).status, 200, 'a login that fails takes nothing away')
})

test('S-21 renewals at once give the session one new id, and none of them fails', async t => {
  const { browser } = await scene(t)
  const one = browser()
  await one.login()
  const before = one.sessionId
  const set = (each: Browser) =>
    each.call('PUT', '/auth/mfa', { body: { enabled: [], preferred: null } })
  const tabs = Array.from({ length: 6 }, () => tab(one))
  const answers = await Promise.all(tabs.map(set))
  t.same(
    answers.map(({ status }) => status),
    Array(6).fill(200)
  )
  const renewed = tabs.filter(({ sessionId }) => sessionId !== before)
  t.equal(renewed.length, 1)
  t.equal((await renewed[0]?.get('/auth/sessions'))?.json.sessions.length, 1)
})
