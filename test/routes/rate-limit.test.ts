import { test } from 'tap'
import { totp } from '../cognito/totp.ts'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

const limits = {
  RATE_LIMIT_SCALE: '1',
  RATE_LIMIT_LOGIN_PER_ADDRESS: '5/60',
  RATE_LIMIT_LOGIN_PER_ACCOUNT: '3/60'
}
const wrong = (email: string) => ({ email, password: 'Wrong-Horse-9' })

test('A-03 logins are limited per account, for every client and letter case', async t => {
  const env = { ...limits, TRUST_PROXY: '127.0.0.1' }
  const { browser, cognito } = await startService(t, { env })
  const from = (address: string, email: string) =>
    browser().post('/auth/login', wrong(email), { headers: { 'x-forwarded-for': address } })
  const statuses = []
  for (const [i, email] of ['a@b.c', 'A@b.c', 'a@B.C', 'a@b.c'].entries()) {
    statuses.push((await from(`198.51.100.${i}`, email)).status)
  }
  t.same(statuses, [401, 401, 401, 429])
  const { InitiateAuth: before } = await cognito.calls()
  const refused = await from('198.51.100.9', 'a@b.c')
  t.equal(refused.json.code, 'rate_limited')
  t.ok(Number(refused.headers['retry-after']) > 50)
  t.equal(refused.headers['ratelimit-policy'], '"login";q=3;w=60')
  t.match(refused.headers.ratelimit, /^"login";r=0;t=\d+$/)
  t.equal((await cognito.calls()).InitiateAuth, before, 'Cognito is not asked')
  t.equal((await from('198.51.100.9', 'other@b.c')).status, 401, 'A-04 others are not touched')
})

test('A-03 logins are limited per client address; a header of the client changes nothing', async t => {
  const { browser } = await startService(t, { env: limits })
  const statuses = []
  for (let i = 0; i < 6; i++) {
    const headers = { 'x-forwarded-for': `198.51.100.${i}`, forwarded: `for=198.51.100.${i}` }
    statuses.push((await browser().post('/auth/login', wrong(`u${i}@b.c`), { headers })).status)
  }
  t.same(statuses, [401, 401, 401, 401, 401, 429])
  t.equal((await browser().get('/auth/session')).status, 200, 'what is not limited goes on')
})

test('IPv6 clients count by their /64', async t => {
  const env = { ...limits, TRUST_PROXY: '127.0.0.1' }
  const { browser } = await startService(t, { env })
  const from = async (address: string, i: number) => {
    const headers = { 'x-forwarded-for': address }
    return (await browser().post('/auth/login', wrong(`u${i}@b.c`), { headers })).status
  }
  const statuses = []
  for (let i = 0; i < 6; i++) statuses.push(await from(`2001:db8:0:1::${i + 1}`, i))
  t.same(statuses, [401, 401, 401, 401, 401, 429])
  t.equal(await from('2001:db8:0:2::1', 9), 401)
})

test('A-03 a port that a proxy appends, or a word, makes no new client', async t => {
  const env = { ...limits, TRUST_PROXY: '127.0.0.1' }
  const { browser, logs } = await startService(t, { env })
  const from = async (address: string, i: number) => {
    const headers = { 'x-forwarded-for': address }
    return (await browser().post('/auth/login', wrong(`u${i}@b.c`), { headers })).status
  }
  const ports = []
  for (let i = 0; i < 6; i++) ports.push(await from(`198.51.100.1:${5000 + i}`, i))
  t.same(ports, [401, 401, 401, 401, 401, 429])
  const words = []
  for (let i = 0; i < 6; i++) words.push(await from(`word${i}`, i))
  t.same(words, [401, 401, 401, 401, 401, 429])
  await browser().get('/%', { headers: { 'x-forwarded-for': 'word' } })
  const told = logs.map(line => JSON.parse(line).ip).filter(ip => ip !== undefined)
  t.same(new Set(told), new Set(['198.51.100.1', '127.0.0.1']), 'nor does the log know one')
})

test('instances count together, before the session store is asked', async t => {
  const redis = await startRedis(t)
  const env = { ...limits, REDIS_URL: redis.url }
  const here = await startService(t, { env })
  const there = await startService(t, { env, cognito: here.cognito })
  const one = here.browser()
  await one.login()
  const statuses = []
  for (let i = 0; i < 5; i++) {
    const service = i % 2 ? here : there
    statuses.push((await service.browser().post('/auth/login', wrong(`u${i}@b.c`))).status)
  }
  t.same(statuses, [401, 401, 401, 401, 429])
  const gets = async () => {
    const stats = String(await redis.cli('INFO', 'commandstats'))
    return Number(/cmdstat_get:calls=(\d+)/.exec(stats)?.[1] ?? 0)
  }
  // The scripts of the limiter read its own counter; the record of the session is a plain GET of the client.
  const monitor = await gets()
  const refused = await one.post('/auth/login', wrong('x@b.c'))
  t.equal(refused.status, 429)
  t.ok((await gets()) - monitor <= 1)
})

for (const [path, body, group] of [
  ['/auth/signup', { email: 'a@b.c', password: 'Correct-Horse-9', givenName: 'A' }, 'SIGNUP'],
  ['/auth/signup/confirm', { email: 'a@b.c', code: '000000' }, 'CODE'],
  ['/auth/signup/resend', { email: 'a@b.c' }, 'SEND'],
  ['/auth/login', wrong('a@b.c'), 'LOGIN'],
  ['/auth/login/challenge', { name: 'SMS_MFA', code: '1' }, 'CHALLENGE'],
  ['/auth/password/forgot', { email: 'a@b.c' }, 'SEND'],
  ['/auth/password/reset', { email: 'a@b.c', code: '0', newPassword: 'Better-Battery-8' }, 'CODE']
] as const) {
  test(`${path} is limited by RATE_LIMIT_${group}`, async t => {
    const env = { RATE_LIMIT_SCALE: '1', [`RATE_LIMIT_${group}_PER_ADDRESS`]: '1/60' }
    const { browser } = await startService(t, { env })
    const first = await browser().post(path, body)
    t.not(first.status, 429)
    const name = group.toLowerCase()
    t.equal(first.headers['ratelimit-policy'], `"${name}";q=1;w=60`)
    t.match(first.headers.ratelimit, new RegExp(`^"${name}";r=0;t=(60|59)$`))
    const second = await browser().post(path, body)
    t.equal(second.status, 429)
    t.equal(second.json.code, 'rate_limited')
    t.ok(second.headers['retry-after'])
    t.equal(second.headers['ratelimit-policy'], `"${name}";q=1;w=60`)
  })
}

for (const [path, body, group] of [
  ['/auth/signup', { password: 'Correct-Horse-9', givenName: 'A' }, 'SIGNUP'],
  ['/auth/signup/confirm', { code: '000000' }, 'CODE'],
  ['/auth/signup/resend', {}, 'SEND'],
  ['/auth/password/forgot', {}, 'SEND'],
  ['/auth/password/reset', { code: '000000', newPassword: 'Better-Battery-8' }, 'CODE']
] as const) {
  test(`A-05 ${path} is limited for each account, from however many addresses`, async t => {
    const env = { ...limits, TRUST_PROXY: '127.0.0.1', [`RATE_LIMIT_${group}_PER_ACCOUNT`]: '2/60' }
    const { browser } = await startService(t, { env })
    const call = (i: number, email: string) => {
      const headers = { 'x-forwarded-for': `198.51.100.${i}` }
      return browser().post(path, { ...body, email }, { headers })
    }
    const codes = []
    for (let i = 0; i < 3; i++) codes.push((await call(i, 'ann@example.com')).json.code)
    t.not(codes[0], 'rate_limited')
    t.not(codes[1], 'rate_limited')
    t.equal(codes[2], 'rate_limited')
    t.not((await call(9, 'bob@example.com')).json.code, 'rate_limited', 'others are not touched')
  })
}

test('A-05 answers to challenges are limited for each account, over all its logins', async t => {
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  const user = { email: 'ann@example.com', password: 'Correct-Horse-9' }
  const env = {
    RATE_LIMIT_SCALE: '1',
    RATE_LIMIT_CHALLENGE_PER_ACCOUNT: '2/60',
    TRUST_PROXY: '127.0.0.1'
  }
  const { browser, cognito } = await startService(t, { env })
  await cognito.createUser({ ...user, confirmed: true, totpSecret: secret })
  const codes = []
  for (let i = 0; i < 3; i++) {
    const headers = { 'x-forwarded-for': `198.51.100.${i}` }
    const one = browser()
    await one.post('/auth/login', user, { headers })
    const guess = { name: 'SOFTWARE_TOKEN_MFA', code: '000000' }
    codes.push((await one.post('/auth/login/challenge', guess, { headers })).json.code)
  }
  t.same(codes, ['code_mismatch', 'code_mismatch', 'rate_limited'])
})

test('A-04 codes that strangers guess do not keep the owner of a second factor out', async t => {
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  const user = { email: 'ann@example.com', password: 'Correct-Horse-9' }
  const { browser, cognito } = await startService(t, { env: { RATE_LIMIT_SCALE: '1' } })
  await cognito.createUser({ ...user, confirmed: true, totpSecret: secret })
  const guess = { email: user.email, code: '000000', newPassword: 'Better-Battery-8' }
  let status = 400
  for (let i = 0; i < 16; i++) {
    status = (await browser().post('/auth/password/reset', guess)).status
  }
  t.equal(status, 429)
  const owner = browser()
  await owner.post('/auth/login', user)
  const answer = { name: 'SOFTWARE_TOKEN_MFA', code: totp(secret, Date.now()) }
  t.equal((await owner.post('/auth/login/challenge', answer)).json.status, 'authenticated')
})
