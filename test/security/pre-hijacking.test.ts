/** A stranger signs up an address with a password of their own, and its owner proves the mailbox later. */
import { type Test, test } from 'tap'
import type { Answer, Browser } from '../support/browser.ts'
import { startRedis } from '../support/redis.ts'
import { type Service, startService } from '../support/service.ts'

const email = 'ann@example.com'
const strangers = 'Strangers-Horse-1'
const owners = 'Owners-Battery-2'

const signUp = (one: Browser, password: string) =>
  one.post('/auth/signup', { email, password, givenName: 'Ann' })

const confirm = async (one: Browser, { cognito }: Service) =>
  one.post('/auth/signup/confirm', { email, code: await cognito.code(email) })

const login = (one: Browser, password: string) => one.post('/auth/login', { email, password })

/** What an answer is about: its status and what it says. */
const told = ({ status, json }: Answer) => [status, json.code ?? json.status]

async function reset(t: Test, one: Browser, { cognito }: Service, newPassword: string) {
  const code = await cognito.code(email)
  const answer = await one.post('/auth/password/reset', { email, code, newPassword })
  t.equal(answer.status, 204, answer.text)
}

/** Two instances that share Redis and the pool. */
async function pair(t: Test) {
  const { url } = await startRedis(t)
  const env = { REDIS_URL: url }
  const one = await startService(t, { env })
  const other = await startService(t, { env, cognito: one.cognito })
  return [one, other] as const
}

test("A-14 proving the mailbox does not put a stranger's password into force, on any instance", async t => {
  const [one, other] = await pair(t)
  const [stranger, owner] = [one.browser(), one.browser()]
  t.equal((await signUp(stranger, strangers)).status, 201)
  t.equal((await signUp(owner, owners)).status, 201)
  t.same((await confirm(owner, one)).json, { status: 'confirmed' })
  for (const browser of [stranger, one.browser(), other.browser(), owner]) {
    const answer = await login(browser, strangers)
    t.same(told(answer), [403, 'password_reset_required'])
    t.same(answer.cookies, [])
    t.same((await browser.get('/auth/session')).json, { authenticated: false })
  }
  t.same(told(await login(owner, owners)), [403, 'password_reset_required'], 'is told why')
  t.same(told(await login(other.browser(), owners)), [401, 'invalid_credentials'])
  t.equal((await one.cognito.calls()).RevokeToken, 4, 'what Cognito gave lives nowhere')

  await reset(t, owner, one, 'Chosen-Staple-3')
  await login(owner, 'Chosen-Staple-3').then(answer => t.equal(answer.status, 200))
  for (const browser of [stranger, one.browser(), other.browser()]) {
    t.same(told(await login(browser, strangers)), [401, 'invalid_credentials'])
  }
  t.equal((await login(other.browser(), 'Chosen-Staple-3')).status, 200)
})

test('A-14 a browser that began no sign-up confirms, and the account must be reset', async t => {
  const service = await startService(t)
  const { browser } = service
  const stranger = browser()
  await signUp(stranger, strangers)
  t.same((await confirm(browser(), service)).json, { status: 'confirmed' })
  t.same(told(await login(stranger, strangers)), [403, 'password_reset_required'])
  await reset(t, browser(), service, owners)
  t.equal((await login(browser(), owners)).status, 200)
})

test('A-14 another code, asked for by the stranger, changes nothing', async t => {
  const service = await startService(t)
  const { browser } = service
  const [stranger, owner] = [browser(), browser()]
  await signUp(stranger, strangers)
  await signUp(owner, owners)
  await stranger.post('/auth/signup/resend', { email })
  await login(stranger, strangers)
  t.equal((await confirm(owner, service)).status, 200)
  t.same(told(await login(stranger, strangers)), [403, 'password_reset_required'])
})

test('A-14 a stranger gets no second factor into the account, nor is one asked for', async t => {
  const service = await startService(t)
  const { browser, cognito } = service
  await cognito.patchPool({ mfa: 'on' })
  const stranger = browser()
  await signUp(stranger, strangers)
  await signUp(browser(), owners)
  await confirm(browser(), service)
  t.same(told(await login(stranger, strangers)), [403, 'password_reset_required'])
  t.equal((await cognito.calls()).AssociateSoftwareToken, undefined)
})

test('A-14 without protection a stranger gets no further', async t => {
  const service = await startService(t, { env: { ENUMERATION_PROTECTION: 'off' } })
  const { browser } = service
  const [stranger, owner] = [browser(), browser()]
  await signUp(stranger, strangers)
  t.equal((await signUp(owner, owners)).json.code, 'email_exists')
  t.equal((await confirm(owner, service)).status, 200)
  t.same(told(await login(stranger, strangers)), [403, 'password_reset_required'])
})

test('A-14 the browser that signed up confirms and logs in, whatever others have tried', async t => {
  const service = await startService(t)
  const { browser, cognito } = service
  const [owner, stranger] = [browser(), browser()]
  await signUp(owner, owners)
  await signUp(stranger, strangers)
  await stranger.post('/auth/signup/confirm', { email, code: '000000' })
  t.same((await confirm(owner, service)).json, { status: 'confirmed' })
  t.equal((await login(browser(), owners)).status, 200)
  const sent = await cognito.messages(email)
  t.notOk(sent.some(({ purpose }) => purpose === 'forgot-password'))
})

test('A-14 a second sign-up with the same password needs no reset', async t => {
  const service = await startService(t)
  const { browser } = service
  const one = browser()
  await signUp(one, owners)
  await signUp(one, owners)
  await confirm(one, service)
  t.equal((await login(browser(), owners)).status, 200, 'from the same browser')
})

test('A-14 from another browser the password typed at its own sign-up is proof enough', async t => {
  const service = await startService(t)
  const { browser } = service
  const [one, other] = [browser(), browser()]
  await signUp(one, owners)
  await signUp(other, owners)
  await confirm(other, service)
  t.same(told(await login(one, owners)), [403, 'password_reset_required'])
  t.equal((await login(other, owners)).status, 200)
  t.equal((await login(one, owners)).status, 200, 'from then on everywhere')
})

test('A-14 a second sign-up in one browser, with another password, is not taken for the first', async t => {
  const service = await startService(t)
  const { browser } = service
  const shared = browser()
  await signUp(shared, strangers)
  await signUp(shared, owners)
  await confirm(shared, service)
  t.same(told(await login(browser(), strangers)), [403, 'password_reset_required'])
})

test('A-14 wrong codes require no reset of an account that is confirmed, or waits to be', async t => {
  const service = await startService(t)
  const { browser, cognito } = service
  await cognito.createUser({ email, password: owners, confirmed: true })
  await browser().post('/auth/signup/confirm', { email, code: '000000' })
  t.equal((await login(browser(), owners)).status, 200)
  const waiting = 'bob@example.com'
  await cognito.createUser({ email: waiting, password: owners, confirmed: false })
  await browser().post('/auth/signup/confirm', { email: waiting, code: '000000' })
  t.same(await isRequired(service, waiting), false)
})

/** Whether the service asks for a reset, seen by confirming past it. */
async function isRequired({ browser, cognito, app }: Service, address: string) {
  await browser().post('/auth/signup/resend', { email: address })
  const code = await cognito.code(address)
  await app.identity.confirmSignUp({ email: address, code })
  const answer = await browser().post('/auth/login', { email: address, password: owners })
  return answer.status !== 200
}

test('A-14 a confirmation whose answer is lost lets no stranger in', async t => {
  const service = await startService(t)
  const { browser, cognito } = service
  const [stranger, owner] = [browser(), browser()]
  await signUp(stranger, strangers)
  await signUp(owner, owners)
  const code = await cognito.code(email)
  await cognito.fault({ operation: 'ConfirmSignUp', times: 1, delayMs: 1 })
  await cognito.fault({ operation: 'ConfirmSignUp', times: 3, dropAfterCommit: true })
  const answer = await owner.post('/auth/signup/confirm', { email, code })
  t.not(answer.status, 200)
  t.same(told(await login(stranger, strangers)), [403, 'password_reset_required'])
})
