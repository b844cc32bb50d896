/** The typed client's calls: what they send, and what becomes of a refusal. */
import { test } from 'tap'
import { createClient, ProblemError } from '../../packages/client/src/client.ts'
import { problem, startService } from './support.ts'

const login = { email: 'a@example.com', password: 'secret' }

test('every call bears the CSRF header, and a body is JSON', async t => {
  const { url, asked } = await startService(t, () => ({ json: { status: 'confirmed' } }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await client.getProfile()
  await client.confirmSignUp({ email: 'a@example.com', code: '123456' })
  t.match(asked, [
    { method: 'GET', path: '/auth/profile', headers: { 'x-csrf': '1' }, body: '' },
    {
      method: 'POST',
      path: '/auth/signup/confirm',
      headers: { 'x-csrf': '1', 'content-type': 'application/json' },
      body: '{"email":"a@example.com","code":"123456"}'
    }
  ])
  t.notOk(asked[0]?.headers['content-type'], 'without a body there is no type')
})

test('a photo is sent as the image that it is', async t => {
  const { url, asked } = await startService(t, () => ({ json: { picture: '/p' } }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await client.setPhoto(new Blob(['pixels'], { type: 'image/webp' }))
  t.match(asked, [{ method: 'PUT', headers: { 'content-type': 'image/webp' }, body: 'pixels' }])
})

test('204 answers undefined', async t => {
  const { url } = await startService(t, () => ({ status: 204 }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  t.equal(await client.removePhoto(), undefined)
})

test('the handle of a session is a part of the path, whatever is in it', async t => {
  const { url, asked } = await startService(t, () => ({ status: 204 }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await client.endSession('a/b?c')
  t.match(asked[0], { method: 'DELETE', path: '/auth/sessions/a%2Fb%3Fc' })
})

test('a problem document becomes a typed error with all that it says', async t => {
  const { url } = await startService(t, () => ({
    status: 429,
    headers: { 'retry-after': '7' },
    json: problem('rate_limited', {
      status: 429,
      errors: [{ field: 'email', message: 'no' }],
      delivery: { medium: 'EMAIL', destination: 'a***@e***' }
    })
  }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  const error = await client.logIn(login).catch((caught: unknown) => caught)
  t.type(error, ProblemError)
  t.match(error, {
    code: 'rate_limited',
    status: 429,
    title: 'A title',
    message: 'A sentence.',
    requestId: 'r1',
    retryAfterSeconds: 7,
    errors: [{ field: 'email', message: 'no' }],
    delivery: { destination: 'a***@e***' },
    isSignedOut: false
  })
})

test('an error page of somebody in between is an error, too', async t => {
  const { url } = await startService(t, () => ({
    status: 502,
    headers: { 'content-type': 'text/html' }
  }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await t.rejects(client.getProfile(), { code: 'internal_error', status: 502 })
})

test('a problem document that is broken is an error all the same', async t => {
  const { url } = await startService(t, () => ({ status: 400, json: null }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await t.rejects(client.getProfile(), { code: 'invalid_request', status: 400 })
})

test('a service that cannot be reached is a network_error', async t => {
  const client = createClient({ baseUrl: 'http://127.0.0.1:1' })
  t.teardown(client.close)
  await t.rejects(client.getProfile(), { code: 'network_error', status: 0 })
})

test('a service that says nothing is given up in time', async t => {
  const { url } = await startService(t, () => ({ isSilent: true }))
  const client = createClient({ baseUrl: url, timeout: 50 })
  t.teardown(client.close)
  await t.rejects(client.getProfile(), { code: 'network_error', message: /in time/ })
})

test('an abort by the caller is thrown as fetch throws it', async t => {
  const { url } = await startService(t, () => ({ isSilent: true }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  const leaving = new AbortController()
  const answer = client.getProfile({ signal: leaving.signal })
  leaving.abort()
  await t.rejects(answer, { name: 'AbortError' })
})

test('fetch gives back what an API answers, whatever its status', async t => {
  const { url, asked } = await startService(t, () => ({
    status: 418,
    headers: { 'content-type': 'application/json' },
    json: { short: 'stout' }
  }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  const response = await client.fetch('/api/tea', { method: 'PUT', headers: { 'x-own': 'yes' } })
  t.equal(response.status, 418)
  t.same(await response.json(), { short: 'stout' })
  t.match(asked[0], { method: 'PUT', headers: { 'x-csrf': '1', 'x-own': 'yes' } })
})

test('fetch takes a Request as it is: its headers, its body and its signal count', async t => {
  let calls = 0
  const { url, asked } = await startService(t, () =>
    ++calls === 1
      ? {
          status: 503,
          headers: { 'retry-after': '0' },
          json: problem('cognito_unavailable', { status: 503 })
        }
      : { json: {} }
  )
  const client = createClient()
  t.teardown(client.close)
  const request = new Request(`${url}/api/tea`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"short":"stout"}'
  })
  t.equal((await client.fetch(request)).status, 200, 'also the second time')
  const told = {
    method: 'POST',
    headers: { 'x-csrf': '1', 'content-type': 'application/json' },
    body: '{"short":"stout"}'
  }
  t.match(asked, [told, told])
  const leaving = new AbortController()
  leaving.abort()
  const left = new Request(`${url}/api/tea`, { signal: leaving.signal })
  await t.rejects(client.fetch(left), { name: 'AbortError' })
})

test('a success that is no JSON, like the page of a hotel network, is a typed error', async t => {
  const { url } = await startService(t, () => ({ headers: { 'content-type': 'text/html' } }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  const error = await client.getProfile().catch((caught: unknown) => caught)
  t.type(error, ProblemError)
  t.match(error, { code: 'network_error', status: 200 })
})
