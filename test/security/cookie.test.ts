import { test } from 'tap'
import { Browser, sessionCookie } from '../support/browser.ts'
import { startService } from '../support/service.ts'

const overTls = { PUBLIC_ORIGIN: 'https://app.example.com' }

test('C-01 to C-05 over TLS: __Host-Http-session, HttpOnly, Secure, SameSite=Strict, Path=/', async t => {
  const { browser } = await startService(t, { env: overTls })
  const { cookies } = await browser().login()
  t.equal(cookies.length, 1)
  t.match(
    cookies[0],
    /^__Host-Http-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    'the same attributes although the last hop is plain HTTP'
  )
})

const plain = '[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$'
const secure = '[\\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Strict$'

for (const [origin, cookie] of [
  ['http://localhost', `^bff-session=${plain}`],
  ['http://localhost:443', `^bff-session-443=${plain}`],
  ['http://127.0.0.1:5000', `^bff-session-5000=${plain}`],
  ['https://app.example.com', `^__Host-Http-session=${secure}`],
  ['https://localhost:8443', `^__Host-Http-session-8443=${secure}`]
] as const) {
  test(`C-11 the cookie of a service at ${origin}`, async t => {
    const { browser } = await startService(t, { env: { PUBLIC_ORIGIN: origin } })
    const { cookies } = await browser().login()
    t.equal(cookies.length, 1)
    t.match(cookies[0], new RegExp(cookie))
  })
}

test('C-11 a cookie of another service on the same host is neither read nor cleared', async t => {
  const { browser } = await startService(t)
  const one = browser()
  for (const name of ['session', 'bff-session', 'bff-session-3001', '__Host-Http-session']) {
    one.jar.set(name, 'not an id of this service')
  }
  t.same((await one.get('/auth/session')).cookies, [])
  t.same((await one.post('/auth/logout')).cookies, [])
  await one.login()
  t.match((await one.post('/auth/logout')).cookies, [/^bff-session-3000=;/])
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
    // No part of an id is part of another one, as it would be in a count.
    values.add(id.slice(0, 21)).add(id.slice(21))
  }
  t.equal(values.size, 20)
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
    /^__Host-Http-session=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict$/
  t.match(cookies, [clearing])

  const late = new Browser(url)
  late.jar.set('__Host-Http-session', id)
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
  one.jar.set(sessionCookie, 'A'.repeat(43))
  const { cookies } = await one.login()
  t.equal(cookies.length, 1)
})
