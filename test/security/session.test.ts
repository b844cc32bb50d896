import { test } from 'tap'
import { totp } from '../cognito/totp.ts'
import { Browser, sessionCookie } from '../support/browser.ts'
import { startService } from '../support/service.ts'

const withCookie = (url: string, id: string) => {
  const browser = new Browser(url)
  browser.jar.set(sessionCookie, id)
  return browser
}

test('S-01 an id the service did not make is never adopted', async t => {
  const { url } = await startService(t)
  const forged = Buffer.alloc(32, 7).toString('base64url')
  const browser = withCookie(url, forged)
  await browser.login()
  t.not(browser.sessionId, forged)
  t.equal((await withCookie(url, forged).get('/auth/profile')).status, 401)
})

test('S-02 a login gives a new id and the old one is dead at once', async t => {
  const { browser, url } = await startService(t)
  const one = browser()
  await one.login()
  const first = one.sessionId ?? ''
  await one.login()
  t.not(one.sessionId, first)
  const replay = await withCookie(url, first).get('/auth/profile')
  t.equal(replay.status, 401)
  t.equal(replay.json.code, 'session_expired')
  t.equal((await one.get('/auth/profile')).status, 200)
})

test('S-02 what takes the place of a half-done login leaves it dead under its old id', async t => {
  const { browser, url, cognito } = await startService(t)
  const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  const ann = { email: 'ann@example.com', password: 'Correct-Horse-9', confirmed: true, totpSecret }
  await cognito.createUser(ann)
  const name = 'SOFTWARE_TOKEN_MFA'
  for (const next of [ann.email, 'demo@example.com']) {
    const one = browser()
    await one.login(ann.email)
    const halfway = one.sessionId ?? ''
    await one.login(next)
    t.not(one.sessionId, halfway, 'a new id')
    const answer = { name, code: totp(totpSecret, Date.now()) }
    const replay = await withCookie(url, halfway).post('/auth/login/challenge', answer)
    t.match(replay, { status: 401, json: { code: 'challenge_expired' } }, `then ${next}`)
  }
})

test('S-05 a new id leaves the absolute end where it was', async t => {
  const { browser } = await startService(t)
  const one = browser()
  const { session } = (await one.login()).json
  const first = one.sessionId
  const factors = { enabled: [], preferred: null }
  t.equal((await one.call('PUT', '/auth/mfa', { body: factors })).status, 200)
  t.not(one.sessionId, first)
  t.equal((await one.get('/auth/session')).json.expiresAt, session.expiresAt)
})

test('S-04 S-06 idle sessions end; polling the session does not keep them', async t => {
  const { browser } = await startService(t, { env: { SESSION_IDLE_SECONDS: '1' } })
  const one = browser()
  await one.login()
  const end = Date.now() + 1500
  while (Date.now() < end) await one.get('/auth/session')
  t.same((await one.get('/auth/session')).json, { authenticated: false })
})

test('the session shows its new idle end as soon as activity has moved it', async t => {
  const { browser } = await startService(t, { env: { SESSION_IDLE_SECONDS: '2' } })
  const one = browser()
  const { session } = (await one.login()).json
  const told = async () => (await one.get('/auth/session')).json
  for (let i = 0; i < 3; i++)
    t.same(await told(), session, 'the same text as often as it is asked for')
  const moved = Date.parse(session.idleExpiresAt)
  let latest = moved
  while (latest === moved) {
    await one.get('/auth/profile')
    latest = Date.parse((await told()).idleExpiresAt)
  }
  t.ok(latest > moved)
  t.same(await told(), { ...session, idleExpiresAt: new Date(latest).toISOString() })
})

test('activity keeps a session, S-05 but not beyond its absolute end', async t => {
  const env = { SESSION_IDLE_SECONDS: '1', SESSION_ABSOLUTE_SECONDS: '3' }
  const { browser } = await startService(t, { env })
  const one = browser()
  const { session } = (await one.login()).json
  const end = Date.parse(session.expiresAt)
  let asked = Date.now()
  let answer = await one.get('/auth/profile')
  let served = 0
  while (answer.status === 200) {
    served = asked
    asked = Date.now()
    answer = await one.get('/auth/profile')
  }
  t.ok(served > Date.parse(session.idleExpiresAt), 'lived longer than the idle time-out')
  t.ok(served <= end, 'and not a moment beyond the absolute end')
  t.equal(answer.json.code, 'session_expired')
})

test('S-07 a session ends when its refresh token is dead', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.patchPool({ accessTokenSeconds: 1 })
  const one = browser()
  await one.login()
  await cognito.fault({
    operation: 'GetTokensFromRefreshToken',
    times: 1,
    error: 'NotAuthorizedException'
  })
  await new Promise(resolve => setTimeout(resolve, 1100))
  const answer = await one.get('/auth/profile')
  t.equal(answer.status, 401)
  t.equal(answer.json.code, 'session_expired')
  t.equal(one.sessionId, undefined, 'the cookie is cleared')
})

test('S-08 logout destroys the session; a replay of its cookie fails', async t => {
  const { browser, url, cognito } = await startService(t)
  const one = browser()
  await one.login()
  const id = one.sessionId ?? ''
  t.equal((await one.post('/auth/logout')).status, 204)
  t.equal(one.sessionId, undefined)
  t.equal((await withCookie(url, id).get('/auth/profile')).json.code, 'session_expired')
  t.equal((await cognito.calls()).RevokeToken, 1, 'T-11 the refresh token is revoked')
})

test('S-08 logout ends a login that is half done, too', async t => {
  const { browser, url, cognito } = await startService(t)
  const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  const ann = { email: 'ann@example.com', password: 'Correct-Horse-9', confirmed: true, totpSecret }
  await cognito.createUser(ann)
  const one = browser()
  t.equal((await one.login(ann.email)).json.status, 'challenge')
  const id = one.sessionId ?? ''
  t.equal((await one.post('/auth/logout')).status, 204)
  t.equal(one.sessionId, undefined)
  const code = totp(totpSecret, Date.now())
  const replay = withCookie(url, id)
  const answer = await replay.post('/auth/login/challenge', { name: 'SOFTWARE_TOKEN_MFA', code })
  t.match(answer, { status: 401, json: { code: 'challenge_expired' } })
  t.equal(replay.sessionId, undefined)
})

test('logout works without a session, and while Cognito is down', async t => {
  const { browser, url, cognito } = await startService(t)
  t.equal((await browser().post('/auth/logout')).status, 204)
  const one = browser()
  await one.login()
  const id = one.sessionId ?? ''
  await cognito.fault({ operation: 'RevokeToken', times: 5, status: 500 })
  t.equal((await one.post('/auth/logout')).status, 204)
  t.equal((await withCookie(url, id).get('/auth/profile')).status, 401)
})

test('logout everywhere ends every session of the user, and of no other', async t => {
  const { browser, cognito } = await startService(t)
  const other = { email: 'other@example.com', password: 'Correct-Horse-9', confirmed: true }
  await cognito.createUser(other)
  const [laptop, phone, stranger] = [browser(), browser(), browser()]
  await Promise.all([laptop.login(), phone.login(), stranger.login(other.email)])
  t.equal((await laptop.post('/auth/logout/all')).status, 204)
  t.equal((await phone.get('/auth/profile')).json.code, 'session_expired')
  t.same((await laptop.get('/auth/session')).json, { authenticated: false })
  t.equal((await stranger.get('/auth/profile')).status, 200)
  t.equal((await cognito.calls()).GlobalSignOut, 1)
})
