/** Calls of the API that have to wait: for one of the same user's to end, or for a connection. */
import { request, type ServerResponse } from 'node:http'
import { type Test, test } from 'tap'
import { beforeApi } from '../support/api.ts'
import { type Browser, sessionCookie } from '../support/browser.ts'

/** An API that answers /hold only when told to, and two users before it. */
async function heldApi(t: Test, env: Readonly<Record<string, string>>) {
  const held: ServerResponse[] = []
  let seen = () => {}
  const service = await beforeApi(
    t,
    (incoming, response) => {
      if (!incoming.url?.startsWith('/hold')) return void response.end('hello')
      incoming.resume()
      held.push(response)
      seen()
    },
    env
  )
  const { cognito, browser } = service
  const email = 'other@example.com'
  await cognito.createUser({ email, password: 'Correct-Horse-9', confirmed: true })
  const other = browser()
  await other.login(email)
  /** Until the API has been asked to hold so many. */
  const holds = (count: number) =>
    new Promise<void>(resolve => {
      seen = () => held.length >= count && resolve()
      seen()
    })
  return { ...service, other, held, holds }
}

/** The same user in another browser. */
async function another(browser: () => Browser): Promise<Browser> {
  const again = browser()
  await again.login()
  return again
}

test('a user with many calls in progress waits for them, and no other user does', async t => {
  const limits = { API_CONNECTIONS: '4', API_CALLS_PER_USER: '3' }
  const { one, other, browser, held, holds } = await heldApi(t, limits)
  // Over two sessions, and one of them an upload that does not get on.
  const again = await another(browser)
  const upload = begun(t, one, { method: 'POST', 'content-length': '100' })
  await holds(1)
  const calls = [one.get('/api/hold/1'), again.get('/api/hold/2')]
  await holds(3)
  const late = ['/api/hold/3', '/api/hold/4', '/api/hello'].map(path => again.get(path))
  t.equal((await other.get('/api/hello')).text, 'hello', 'there is a connection left')
  t.equal(held.length, 3, 'the others of the first user wait')
  upload.destroy()
  await holds(4)
  for (const response of held) response.end('held')
  await holds(5)
  held.at(-1)?.end('held')
  const answers = await Promise.all([...calls, ...late])
  t.same(
    answers.map(({ status, text }) => [status, text]),
    [...Array.from({ length: 4 }, () => [200, 'held']), [200, 'hello']]
  )
})

test('a user whose calls do not end in time gets an error, and no other user does', async t => {
  const limits = { API_CONNECTIONS: '4', API_CALLS_PER_USER: '2' }
  const { one, other, held, holds, logs } = await heldApi(t, limits)
  const calls = [one.get('/api/hold'), one.get('/api/hold')]
  await holds(2)
  const begunAt = Date.now()
  const [late, reading] = [one.get('/api/hello'), other.get('/api/hello')]
  t.equal((await reading).status, 200)
  const { status, headers, json } = await late
  t.match({ status, json }, { status: 429, json: { code: 'rate_limited' } })
  t.equal(headers['retry-after'], '1')
  t.ok(Date.now() - begunAt > 4900, 'the calls could have ended meanwhile')
  t.match(logs.join(''), /"event":"rate_limit.exceeded".*"reason":"api calls"/)
  for (const response of held) response.end()
  await Promise.all(calls)
  t.equal((await one.get('/api/hello')).status, 200)
})

test('a call for which no connection is free in time is a service_unavailable', async t => {
  const { one, other, held, holds } = await heldApi(t, { API_CONNECTIONS: '1' })
  const call = one.get('/api/hold')
  await holds(1)
  const answers = await Promise.all([
    other.get('/api/hello'),
    // Nobody reads its body: the connection could not be used again.
    other.post('/api/hello', { a: 'x'.repeat(200_000) })
  ])
  for (const { status, headers, json } of answers) {
    t.match({ status, json }, { status: 503, json: { code: 'service_unavailable' } })
    t.equal(headers['retry-after'], '2')
  }
  t.equal(answers[1]?.headers.connection, 'close')
  held[0]?.end('held')
  t.equal((await call).text, 'held')
  t.equal((await other.get('/api/hello')).status, 200)
})

test('who hangs up while waiting is not called for', async t => {
  const { one, other, held, holds, logs } = await heldApi(t, { API_CONNECTIONS: '1' })
  const call = one.get('/api/hold/1')
  await holds(1)
  const waiting = begun(t, other)
  const next = other.get('/api/hello')
  // What is asked later and answered has come after it.
  await other.get('/auth/session')
  waiting.destroy()
  while (!logs.join('').includes('"status":499')) await other.get('/auth/session')
  held[0]?.end()
  t.equal((await next).text, 'hello')
  await call
  t.equal(held.length, 1)
})

/** A call that is not waited for. Of a body it sends the first byte and no more. */
function begun(t: Test, { origin, sessionId }: Browser, options: Record<string, string> = {}) {
  const { method = 'GET', ...more } = options
  const json = method === 'POST' && { 'content-type': 'application/json' }
  const headers = { 'x-csrf': '1', cookie: `${sessionCookie}=${sessionId}`, ...json, ...more }
  const call = request(`${origin}/api/hold`, { method, headers, agent: false })
  call.on('error', () => undefined)
  t.teardown(() => call.destroy())
  if (method === 'GET') call.end()
  else call.write('{')
  return call
}
