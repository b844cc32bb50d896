/** Logins under way when all sessions of their user end, at two instances over one Redis. */
import { type Test, test } from 'tap'
import { type Gate, startGate } from '../chaos/gate.ts'
import { totp } from '../cognito/totp.ts'
import type { Browser } from '../support/browser.ts'
import type { Cognito } from '../support/cognito.ts'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const newPassword = 'Better-Battery-8'
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

interface Scene {
  readonly cognito: Cognito
  readonly gate: Gate
  /** At the instance whose calls of Cognito go through the gate. */
  slow(): Browser
  /** At the other one. */
  browser(): Browser
}

async function scene(t: Test): Promise<Scene> {
  const redis = await startRedis(t)
  const here = await startService(t, { env: { REDIS_URL: redis.url } })
  const { cognito } = here
  const gate = await startGate(t, cognito.url)
  const env = { REDIS_URL: redis.url, COGNITO_ENDPOINT: gate.url }
  const late = await startService(t, { env, cognito })
  return { cognito, gate, slow: late.browser, browser: here.browser }
}

interface Case extends Scene {
  readonly email: string
  readonly owner: Browser
}

const change = ({ owner }: Case) =>
  owner.post('/auth/password/change', { currentPassword: password, newPassword })

async function reset({ cognito, browser, email }: Case) {
  await browser().post('/auth/password/forgot', { email })
  const code = await cognito.code(email)
  return browser().post('/auth/password/reset', { email, code, newPassword })
}

async function resetOfLocked(one: Case) {
  const wrong = { email: one.email, password: 'Wrong-Horse-9' }
  for (let i = 0; i < 7; i++) await one.browser().post('/auth/login', wrong)
  return reset(one)
}

const ends: Record<string, (one: Case) => Promise<{ status: number }>> = {
  'a change of the password': change,
  'a reset': reset,
  'a reset while the account is kept locked': resetOfLocked,
  'log out everywhere': ({ owner }) => owner.post('/auth/logout/all'),
  'a deletion': ({ owner }) => owner.post('/auth/account/delete', { password })
}

let users = 0
const newEmail = () => `Ann.${++users}@Example.com`

test('S-17 a login under way opens no session after an end, and the next one does', async t => {
  const all = await scene(t)
  for (const [title, end] of Object.entries(ends)) {
    const email = newEmail()
    await all.cognito.createUser({ email, password, confirmed: true })
    const owner = all.browser()
    await owner.login(email, password)
    const thief = all.slow()
    const arrived = all.gate.hold('RespondToAuthChallenge')
    const login = thief.post('/auth/login', { email: email.toUpperCase(), password })
    const held = await arrived
    t.equal((await end({ ...all, email, owner })).status, 204, title)
    const revoked = all.gate.hold('RevokeToken')
    held.release()
    t.match(await login, { status: 401, json: { code: 'session_expired' } }, title)
    t.equal(thief.sessionId, undefined)
    await revoked.then(({ release }) => release()) // its tokens are of no use to anybody
    if (title === 'a deletion') continue
    if (end === resetOfLocked) await all.cognito.advance(3600)
    await all.slow().login(email, end === ends['log out everywhere'] ? password : newPassword)
  }
})

test('S-17 the first login of an account loses to a reset as well, while it is kept locked', async t => {
  const all = await scene(t)
  const email = newEmail()
  await all.cognito.createUser({ email, password, confirmed: true })
  const thief = all.slow()
  const arrived = all.gate.hold('RespondToAuthChallenge')
  const login = thief.post('/auth/login', { email, password })
  const held = await arrived
  t.equal((await resetOfLocked({ ...all, email, owner: all.browser() })).status, 204)
  held.release()
  t.match(await login, { status: 401, json: { code: 'session_expired' } })
  t.equal(thief.sessionId, undefined)
})

test('S-17 a challenge begun before an end leads nowhere after it', async t => {
  const all = await scene(t)
  let ahead = 0
  const answer = async (browser: Browser) => {
    const code = totp(totpSecret, Date.now() + ahead)
    return browser.post('/auth/login/challenge', { name: 'SOFTWARE_TOKEN_MFA', code })
  }
  for (const [title, end] of Object.entries(ends)) {
    const email = newEmail()
    await all.cognito.createUser({ email, password, confirmed: true, totpSecret })
    const [owner, thief] = [all.browser(), all.slow()]
    for (const one of [owner, thief]) await one.post('/auth/login', { email, password })
    t.equal((await answer(owner)).status, 200, title)
    t.equal((await end({ ...all, email, owner })).status, 204, title)
    await all.cognito.advance(30)
    ahead += 30_000
    const before = (await all.cognito.calls()).RespondToAuthChallenge
    t.match(await answer(thief), { status: 401, json: { code: 'challenge_expired' } }, title)
    t.equal((await all.cognito.calls()).RespondToAuthChallenge, before, 'Cognito is not asked')
  }
})
