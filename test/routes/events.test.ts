/** GET /auth/events: what an open page learns of its session. */
import { type Test, test } from 'tap'
import { type Browser, sessionCookie } from '../support/browser.ts'
import { startRedis } from '../support/redis.ts'
import { type Service, startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const user = { email: 'ann@example.com', password, confirmed: true }

interface ServerSentEvent {
  readonly event: string
  readonly data: unknown
}

/** As EventSource asks: without X-CSRF, on the browser's word. */
const asEventSource = { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' }

/** The events of an open stream, one by one; undefined once it has ended. */
async function open(t: Test, { url }: Service, { sessionId }: Browser) {
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const headers = { cookie: `${sessionCookie}=${sessionId}`, ...asEventSource }
  const response = await fetch(`${url}/auth/events`, { headers, signal: stop.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  async function next(): Promise<ServerSentEvent | undefined> {
    for (;;) {
      const found = /^event: (.*)\ndata: (.*)\n\n/m.exec(text)
      if (found) {
        text = text.slice(found.index + found[0].length)
        return { event: found[1] ?? '', data: JSON.parse(found[2] ?? '') }
      }
      const part = await reader?.read().catch(() => undefined)
      if (part === undefined || part.done) return undefined
      text += part.value
    }
  }
  return { response, next, close: () => stop.abort(), read: () => text }
}

test('S-26 a page learns at once that its session has ended, and why, from every instance', async t => {
  const env = { REDIS_URL: (await startRedis(t)).url }
  const here = await startService(t, { env })
  const { cognito } = here
  const there = await startService(t, { env, cognito })
  await cognito.createUser(user)
  const other = there.browser()
  let current = password
  const ends: [reason: string, end: (watched: Browser) => Promise<unknown>][] = [
    ['logged_out', one => one.post('/auth/logout')],
    ['ended_by_user', () => other.call('DELETE', '/auth/sessions')],
    [
      'ended_by_user',
      async () => {
        const { sessions } = (await other.get('/auth/sessions')).json
        for (const { id, current } of sessions) {
          if (!current) await other.call('DELETE', `/auth/sessions/${id}`)
        }
      }
    ],
    ['logged_out_everywhere', () => other.post('/auth/logout/all')],
    [
      'password_changed',
      () =>
        other.post('/auth/password/change', { currentPassword: password, newPassword: 'Better-8x' })
    ],
    [
      'password_reset',
      async () => {
        await other.post('/auth/password/forgot', { email: user.email })
        const code = await cognito.code(user.email)
        current = 'Best-Battery-8'
        const reset = { email: user.email, code, newPassword: current }
        return other.post('/auth/password/reset', reset)
      }
    ],
    ['account_deleted', () => other.post('/auth/account/delete', { password: current })]
  ]
  for (const [reason, end] of ends) {
    const one = here.browser()
    await one.login(user.email, current)
    await other.login(user.email, current)
    const { response, next } = await open(t, here, one)
    t.equal(response.status, 200)
    await end(one)
    if (reason === 'password_changed') current = 'Better-8x'
    t.same(await next(), { event: 'session.ended', data: { reason } })
    t.equal(await next(), undefined, 'the stream ends with it')
  }
})

test('a page learns of a new id and of a changed user', async t => {
  const service = await startService(t)
  await service.cognito.createUser({ ...user, attributes: { email_verified: 'true' } })
  const one = service.browser()
  await one.login(user.email, password)
  const { next } = await open(t, service, one)
  await one.call('PATCH', '/auth/profile', { body: { givenName: 'Ann' } })
  t.same(await next(), { event: 'session.changed', data: {} })
  await one.call('PUT', '/auth/mfa', { body: { enabled: ['EMAIL_OTP'], preferred: null } })
  t.same(await next(), { event: 'session.renewed', data: {} })
  t.equal(await next(), undefined)
  const again = await open(t, service, one)
  t.equal(again.response.status, 200, 'the next stream is of the session under its new id')
})

test('a stream warns before the idle end, which it does not slide, and then reports it', async t => {
  const env = { SESSION_IDLE_SECONDS: '3', SESSION_ABSOLUTE_SECONDS: '60' }
  const service = await startService(t, { env })
  const one = service.browser()
  await one.login()
  const { idleExpiresAt } = (await one.get('/auth/session')).json
  const { next } = await open(t, service, one)
  const expiring = {
    event: 'session.expiring',
    data: { expiresAt: idleExpiresAt, extendable: true }
  }
  t.same(await next(), expiring)
  t.same(await next(), { event: 'session.ended', data: { reason: 'idle' } })
})

test('without a session, past the limit and from elsewhere there is no stream', async t => {
  const service = await startService(t)
  const one = service.browser()
  t.equal((await one.get('/auth/events')).json.code, 'unauthenticated')
  await one.login()
  const headers = { ...asEventSource, 'x-csrf': undefined }
  for (const [name, value] of [
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-dest', 'script'],
    ['origin', 'https://evil.example']
  ] as const) {
    const answer = await one.get('/auth/events', { headers: { ...headers, [name]: value } })
    t.equal(answer.json.code, 'csrf_rejected', name)
  }
  t.equal((await one.call('HEAD', '/auth/events')).status, 405)
  const streams = []
  for (let i = 0; i < 10; i++) streams.push(await open(t, service, one))
  t.match(streams[0]?.response.headers.get('content-type'), 'text/event-stream')
  t.match(streams[0]?.response.headers.get('cache-control'), 'no-store')
  t.match(await one.get('/auth/events'), { status: 429, json: { code: 'rate_limited' } })
  streams[0]?.close()
  for (;;) {
    const { response } = await open(t, service, one)
    if (response.status === 200) break
  }
  t.pass('a closed stream makes room')
})

test('a stream ends when its instance stops, and the browser is told when to come back', async t => {
  const service = await startService(t)
  const one = service.browser()
  await one.login()
  const { next, read } = await open(t, service, one)
  const over = next()
  await service.app.drain.finish()
  t.equal(await over, undefined)
  t.match(read(), /^retry: [12]\d\d\d\n/)
})
