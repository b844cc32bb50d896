/** The one retry of the typed client: of what only reads, after `cognito_unavailable` only, once only. */
import { test } from 'tap'
import { type Client, createClient } from '../../packages/client/src/client.ts'
import { problem, startService } from './support.ts'

const unavailable = (retryAfter: string) => ({
  status: 503,
  headers: { 'retry-after': retryAfter },
  json: problem('cognito_unavailable', { status: 503 })
})

test('cognito_unavailable is tried again once, and then the answer counts', async t => {
  let calls = 0
  const { url } = await startService(t, () => (++calls === 1 ? unavailable('0') : { json: {} }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await client.getProfile()
  t.equal(calls, 2)
})

test('the second refusal reaches the caller', async t => {
  const { url, asked } = await startService(t, () => unavailable('0'))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await t.rejects(client.getProfile(), { code: 'cognito_unavailable', retryAfterSeconds: 0 })
  t.equal(asked.length, 2)
})

const changing: [title: string, call: (client: Client) => Promise<unknown>][] = [
  ['changePassword', c => c.changePassword({ currentPassword: 'x', newPassword: 'y' })],
  ['logIn', c => c.logIn({ email: 'a@example.com', password: 'x' })],
  ['forgotPassword', c => c.forgotPassword({ email: 'a@example.com' })],
  ['changeProfile', c => c.changeProfile({ email: 'b@example.com' })],
  ['setMfa', c => c.setMfa({ enabled: [], preferred: null })],
  ['endSession', c => c.endSession('handle')],
  ['fetch with POST', c => c.fetch('/api/orders', { method: 'post', body: '{}' })]
]

for (const [title, call] of changing) {
  test(`O-11 ${title} is not sent again: it may have been done`, async t => {
    const { url, asked } = await startService(t, () => unavailable('0'))
    const client = createClient({ baseUrl: url })
    t.teardown(client.close)
    await t.rejects(call(client), { code: 'cognito_unavailable' })
    t.equal(asked.length, 1)
  })
}

test('O-11 a Request that changes something is not sent again', async t => {
  const { url, asked } = await startService(t, () => unavailable('0'))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  const request = new Request(`${url}/api/orders/1`, { method: 'DELETE' })
  await t.rejects(client.fetch(request), { code: 'cognito_unavailable' })
  t.equal(asked.length, 1)
})

test('a long Retry-After is left to the caller', async t => {
  const { url, asked } = await startService(t, () => unavailable('60'))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await t.rejects(client.getProfile(), { code: 'cognito_unavailable', retryAfterSeconds: 60 })
  t.equal(asked.length, 1)
})

test('an abort ends the pause before the retry', async t => {
  const leaving = new AbortController()
  const { url, asked } = await startService(t, () => {
    setTimeout(() => leaving.abort(), 20)
    return unavailable('5')
  })
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await t.rejects(client.getProfile({ signal: leaving.signal }), { name: 'AbortError' })
  t.equal(asked.length, 1)
})

for (const code of ['store_unavailable', 'rate_limited', 'upstream_error', 'invalid_request']) {
  test(`${code} is not tried again`, async t => {
    const { url, asked } = await startService(t, () => ({
      status: 503,
      headers: { 'retry-after': '0' },
      json: problem(code)
    }))
    const client = createClient({ baseUrl: url })
    t.teardown(client.close)
    await t.rejects(client.getProfile(), { code })
    t.equal(asked.length, 1)
  })
}
