/** What strangers can do to the owner of an account: fill their mailbox, use up their tries, keep them out. */
import { type Test, test } from 'tap'
import { startRedis } from '../support/redis.ts'
import { type Service, startService } from '../support/service.ts'

const [email, password, newPassword] = ['ann@example.com', 'Correct-Horse-9', 'Better-Battery-8']
const [foreign, home] = ['203.0.113.9', '198.51.100.1']

async function world(t: Test, env: Record<string, string> = {}) {
  const limits = { RATE_LIMIT_SCALE: '1', TRUST_PROXY: '127.0.0.1' }
  const service = await startService(t, { env: { ...limits, ...env } })
  return { ...service, post: poster(service) }
}

/** A call by a new browser at an address. */
const poster =
  ({ browser }: Pick<Service, 'browser'>) =>
  (ip: string, path: string, body: unknown) =>
    browser().post(path, body, { headers: { 'x-forwarded-for': ip } })

const signIn = async ({ browser }: Pick<Service, 'browser'>, ip: string, as = email) => {
  const one = browser()
  const headers = { 'x-forwarded-for': ip }
  const login = await one.post('/auth/login', { email: as, password }, { headers })
  return { one, login, headers }
}

async function repeat<T>(times: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < times; i += 1) results.push(await work(i))
  return results
}

const count = (answers: readonly { status: number }[], status: number) =>
  answers.filter(answer => answer.status === status).length

test('A-20 changes of email send few mails for a user, over all instances', async t => {
  const env = { REDIS_URL: (await startRedis(t)).url }
  const { cognito, ...here } = await world(t, env)
  const there = await startService(t, {
    cognito,
    env: { RATE_LIMIT_SCALE: '1', TRUST_PROXY: '127.0.0.1', ...env }
  })
  const { one } = await signIn(here, home, 'demo@example.com')
  const two = there.browser()
  for (const [name, value] of one.jar) two.jar.set(name, value)
  const change = (i: number) =>
    (i % 2 ? one : two).call('PATCH', '/auth/profile', { body: { email: `victim${i}@b.c` } })
  const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => change(i)))
  t.equal(count(answers, 200), 5)
  t.equal(count(answers, 429), 25)
  const sent = await Promise.all(
    Array.from({ length: 30 }, (_, i) => cognito.messages(`victim${i}@b.c`))
  )
  t.equal(sent.flat().length, 5, answers.map(({ json }) => json.code).join())
  const refused = await one.call('PATCH', '/auth/profile', { body: { email: 'x@b.c' } })
  t.match(refused.json, { code: 'rate_limited' })
  t.ok(Number(refused.headers['retry-after']) > 3000)
  const unrelated = await one.call('PATCH', '/auth/profile', { body: { givenName: 'D' } })
  t.equal(unrelated.status, 200, 'what sends nothing is not limited by it')
})

test('A-20 many users send few mails to one address, and few texts to one number', async t => {
  const { cognito, ...service } = await world(t)
  await cognito.patchPool({ autoVerify: ['email', 'phone_number'], verifyBeforeUpdate: ['email'] })
  const [victim, number] = ['victim@b.c', '+491701234567']
  for (let i = 0; i < 8; i += 1) {
    const as = `u${i}@b.c`
    await cognito.createUser({ email: as, password, confirmed: true })
    const { one, headers } = await signIn(service, foreign, as)
    await one.call('PATCH', '/auth/profile', { body: { email: victim }, headers })
    await one.call('PATCH', '/auth/profile', { body: { phoneNumber: number }, headers })
  }
  t.equal((await cognito.messages(victim)).length, 3)
  t.equal((await cognito.messages(number)).length, 3)
})

test('A-20 a code that verifies an address counts with those that others had sent there', async t => {
  const { cognito, ...service } = await world(t)
  await cognito.patchPool({ autoVerify: ['email'], verifyBeforeUpdate: ['email'] })
  for (let i = 0; i < 3; i += 1) {
    const as = `u${i}@b.c`
    await cognito.createUser({ email: as, password, confirmed: true })
    const { one, headers } = await signIn(service, foreign, as)
    const change = await one.call('PATCH', '/auth/profile', { body: { email }, headers })
    t.equal(change.status, 200)
  }
  await cognito.createUser({ email, password, confirmed: true })
  const { one } = await signIn(service, home)
  const headers = { 'x-forwarded-for': foreign }
  const ask = await one.post('/auth/profile/verification', { attribute: 'email' }, { headers })
  t.match(ask, { status: 429, json: { code: 'rate_limited' } })
  t.equal((await cognito.messages(email)).length, 3)
})

test('A-20 codes to verify an address are few; a change that sends nothing does not count', async t => {
  const { cognito, ...service } = await world(t)
  await cognito.createUser({ email, password, confirmed: true })
  const { one, headers } = await signIn(service, home)
  const same = await repeat(8, () => one.call('PATCH', '/auth/profile', { body: { email } }))
  t.equal(count(same, 200), 8)
  const ask = () => one.post('/auth/profile/verification', { attribute: 'email' }, { headers })
  const answers = await repeat(7, ask)
  t.equal(count(answers, 202), 5)
  t.equal(answers[0]?.headers['ratelimit-policy'], '"send";q=5;w=3600')
  t.match(answers[6]?.headers.ratelimit, /^"send";r=0;t=3\d\d\d$/)
  t.equal((await cognito.messages(email)).length, 5)
})

test('A-20 logins that send a code are few, and others are not counted among them', async t => {
  const { cognito, ...service } = await world(t)
  await cognito.createUser({ email, password, confirmed: true })
  const { one } = await signIn(service, home)
  const body = { enabled: ['EMAIL_OTP'], preferred: 'EMAIL_OTP' }
  t.equal((await one.call('PUT', '/auth/mfa', { body })).status, 200)
  const answers = await repeat(8, () => service.post(foreign, '/auth/login', { email, password }))
  t.equal(count(answers, 200), 5)
  t.equal((await cognito.messages(email)).length, 5)
  const owner = await service.post(home, '/auth/login', { email, password })
  t.equal(owner.json.status, 'challenge', 'the owner is not kept out by them')
  const plain = await repeat(9, () => signIn(service, foreign, 'demo@example.com'))
  t.equal(plain.filter(({ login }) => login.status === 200).length, 9)
})

test('A-20 logins of an account that is not confirmed send few codes', async t => {
  const { cognito, ...service } = await world(t)
  await cognito.createUser({ email, password, confirmed: false })
  await repeat(4, () => service.post(foreign, '/auth/login', { email, password }))
  t.equal((await cognito.messages(email)).length, 3)
  await service.post(home, '/auth/signup/resend', { email })
  t.equal((await cognito.messages(email)).length, 4, 'the owner gets theirs')
})

test('A-20 sign-ups send few texts to one number', async t => {
  const { cognito, ...service } = await world(t)
  await cognito.patchPool({ autoVerify: ['phone_number'] })
  const phoneNumber = '+491701234567'
  const answers = await repeat(6, i => {
    const account = { email: `u${i}@b.c`, password, givenName: 'A', phoneNumber }
    return service.post(foreign, '/auth/signup', account)
  })
  t.equal(count(answers, 201), 3)
  t.equal((await cognito.messages(phoneNumber)).length, 3)
})

test('A-21 a stranger who requests codes and guesses them does not keep the owner from a reset', async t => {
  const { cognito, ...service } = await world(t)
  await cognito.createUser({ email, password, confirmed: true })
  const guess = { email, code: '000000', newPassword }
  await repeat(8, () => service.post(foreign, '/auth/password/forgot', { email }))
  const guesses = await repeat(20, () => service.post(foreign, '/auth/password/reset', guess))
  t.equal(guesses.at(-1)?.json.code, 'rate_limited')
  t.equal((await service.post(home, '/auth/password/forgot', { email })).status, 202)
  const code = await cognito.code(email)
  const reset = await service.post(home, '/auth/password/reset', { email, code, newPassword })
  t.equal(reset.status, 204, reset.text)
})

test('A-21 nor from signing up and confirming', async t => {
  const { cognito, ...service } = await world(t)
  const account = { email, password, givenName: 'A' }
  await repeat(6, () => service.post(foreign, '/auth/signup', { ...account, email: 'bob@b.c' }))
  t.equal((await service.post(home, '/auth/signup', { ...account, email: 'bob@b.c' })).status, 201)
  t.equal((await service.post(home, '/auth/signup', account)).status, 201)
  await repeat(8, () => service.post(foreign, '/auth/signup/resend', { email }))
  await repeat(20, () => service.post(foreign, '/auth/signup/confirm', { email, code: '000000' }))
  t.equal((await service.post(home, '/auth/signup/resend', { email })).status, 202)
  const code = await cognito.code(email)
  const confirmed = await service.post(home, '/auth/signup/confirm', { email, code })
  t.equal(confirmed.status, 200, confirmed.text)
})

for (const [where, from] of [
  ['one address', () => foreign],
  ['one /64', (i: number) => `2001:db8:0:1::${i + 1}`],
  ['one address behind NAT64', (i: number) => (i % 2 ? '64:ff9b::203.0.113.9' : foreign)]
] as const) {
  test(`A-21 wrong passwords from ${where} do not lock the owner out, at Cognito either`, async t => {
    const { cognito, ...service } = await world(t)
    await cognito.createUser({ email, password, confirmed: true })
    const wrong = { email, password: 'Wrong-Horse-9' }
    const answers = await repeat(30, i => service.post(from(i), '/auth/login', wrong))
    t.equal(count(answers, 401), 4)
    t.equal(answers.at(-1)?.json.code, 'attempt_limit_exceeded')
    t.ok(Number(answers.at(-1)?.headers['retry-after']) > 800)
    t.equal((await signIn(service, home)).login.status, 200)
    t.equal((await service.post(from(1), '/auth/login', { email, password })).status, 429)
  })
}

test('A-21 a right password wipes out wrong ones; wrong ones of a known network are left to Cognito', async t => {
  const { cognito, ...service } = await world(t)
  await cognito.createUser({ email, password, confirmed: true })
  const fail = () => service.post(home, '/auth/login', { email, password: 'Wrong-Horse-9' })
  await repeat(4, fail)
  const reset = { email, code: '', newPassword }
  await service.post(home, '/auth/password/forgot', { email })
  reset.code = await cognito.code(email)
  t.equal((await service.post(home, '/auth/password/reset', reset)).status, 204)
  const login = await service.post(home, '/auth/login', { email, password: newPassword })
  t.equal(login.status, 200, 'a code proves it as well')
  const answers = await repeat(5, fail)
  t.equal(count(answers, 401), 5)
})

test('A-22 what was refused before anything was sent or checked does not count', async t => {
  const { cognito, ...service } = await world(t)
  const account = { email, givenName: 'A' }
  const weak = await repeat(8, () =>
    service.post(home, '/auth/signup', { ...account, password: 'short' })
  )
  t.equal(count(weak, 400), 8)
  t.equal((await service.post(home, '/auth/signup', { ...account, password })).status, 201)
  await cognito.fault({ operation: 'ConfirmSignUp', times: 8, error: 'InternalErrorException' })
  const confirm = (code: string) => service.post(home, '/auth/signup/confirm', { email, code })
  const down = await repeat(8, () => confirm('000000'))
  t.equal(count(down, 503), 8)
  t.equal((await confirm(await cognito.code(email))).status, 200)
})

test('A-23 guesses from many networks stay bounded, and the owner at a known one gets through', async t => {
  const { cognito, ...service } = await world(t)
  await cognito.createUser({ email, password, confirmed: true })
  t.equal((await signIn(service, home)).login.status, 200)
  const wrong = { email, password: 'Wrong-Horse-9' }
  const guesses = await repeat(40, async i => {
    // Whatever lock there is at Cognito has ended.
    await cognito.advance(120)
    return await service.post(`203.0.113.${i}`, '/auth/login', wrong)
  })
  t.equal(count(guesses, 401), 10)
  t.equal(guesses.at(-1)?.json.code, 'attempt_limit_exceeded')
  await cognito.advance(60)
  t.equal((await signIn(service, home)).login.status, 200)
  const codes = await repeat(20, i =>
    service.post(`203.0.113.${i}`, '/auth/password/reset', { email, code: '000000', newPassword })
  )
  t.equal(count(codes, 429), 10)
  const own = await service.post(home, '/auth/password/reset', { email, code: '0', newPassword })
  t.equal(own.json.code, 'code_mismatch', 'judged by Cognito')
})
