import { test } from 'tap'
import { Browser } from '../support/browser.ts'
import { startService } from '../support/service.ts'

const overTls = { PUBLIC_ORIGIN: 'https://app.example.com' }

test('C-01 to C-05 over TLS: __Host-session, HttpOnly, Secure, SameSite=Strict, Path=/', async t => {
  const { browser } = await startService(t, { env: overTls })
  const { cookies } = await browser().login()
  t.equal(cookies.length, 1)
  t.match(
    cookies[0],
    /^__Host-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    'the same attributes although the last hop is plain HTTP'
  )
})

test('in plain-HTTP local runs the cookie is called session', async t => {
  const { browser } = await startService(t)
  const { cookies } = await browser().login()
  t.equal(cookies.length, 1)
  t.match(cookies[0], /^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
})

test('C-06 C-07 the value is random, opaque and of one length', async t => {
  const { browser, cognito } = await startService(t)
  const fat = { email: 'fat@example.com', password: 'Correct-Horse-9', confirmed: true }
  await cognito.createUser({ ...fat, attributes: { given_name: 'x'.repeat(2000) } })
  const values = new Set<string>()
  for (let i = 0; i < 10; i++) {
    const one = browser()
    await one.login(i % 2 ? fat.email : undefined, fat.password)
    const id = one.sessionId ?? ''
    t.match(id, /^[\w-]{43}$/)
    t.ok(Buffer.from(id, 'base64url').length * 8 >= 128)
    values.add(id)
  }
  t.equal(values.size, 10)
})

test('C-08 the value appears in Set-Cookie alone, never in a body, another header or a log', async t => {
  const { browser, logs } = await startService(t)
  const one = browser()
  await one.login()
  const id = one.sessionId ?? ''
  for (const path of ['/auth/session', '/auth/profile', '/api/hello', '/auth/nothing', '/']) {
    await one.get(path)
  }
  await one.post('/auth/login', { email: 'demo@example.com', password: 'wrong' })
  await one.post('/auth/logout')
  t.equal(one.seen.join('\n').includes(id), false, 'not in any answer')
  t.equal(logs.join('\n').includes(id), false, 'not in any log line')
})

test('C-09 the deletion cookie bears the same attributes', async t => {
  const { browser, url } = await startService(t, { env: overTls })
  const one = browser()
  await one.login()
  const id = one.sessionId ?? ''
  const { cookies } = await one.post('/auth/logout')
  const clearing =
    /^__Host-session=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict$/
  t.match(cookies, [clearing])

  const late = new Browser(url)
  late.jar.set('__Host-session', id)
  t.match((await late.get('/auth/profile')).cookies, [clearing], 'a dead cookie is cleared alike')
})

test('C-10 anonymous and failed calls set no cookie', async t => {
  const { browser } = await startService(t)
  const one = browser()
  const answers = [
    await one.get('/'),
    await one.get('/auth/session'),
    await one.get('/auth/profile'),
    await one.post('/auth/logout'),
    await one.post('/auth/login', {}),
    await one.get('/auth/session', { headers: { 'x-csrf': undefined } })
  ]
  for (let i = 0; i < 3; i++) {
    answers.push(await one.post('/auth/login', { email: 'demo@example.com', password: 'wrong' }))
  }
  t.same(
    answers.flatMap(answer => answer.cookies),
    []
  )
})

test('a login over a dead cookie answers one cookie, not two', async t => {
  const { browser } = await startService(t)
  const one = browser()
  one.jar.set('session', 'A'.repeat(43))
  const { cookies } = await one.login()
  t.equal(cookies.length, 1)
})
