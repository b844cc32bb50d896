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

for (const [status, code, headers, retryAfterSeconds] of [
  [400, 'invalid_request', {}, undefined],
  [403, 'invalid_request', {}, undefined],
  [413, 'payload_too_large', {}, undefined],
  [429, 'rate_limited', { 'retry-after': '30' }, 30],
  [
    429,
    'rate_limited',
    { date: 'Fri, 27 Nov 2026 10:00:00 GMT', 'retry-after': 'Fri, 27 Nov 2026 10:01:30 GMT' },
    90
  ],
  [429, 'rate_limited', { 'retry-after': 'soon' }, undefined],
  [500, 'internal_error', {}, undefined],
  [502, 'network_error', {}, undefined],
  [503, 'network_error', { 'retry-after': '9' }, 9],
  [504, 'network_error', {}, undefined]
] as const) {
  test(`X-18 a proxy’s own page with ${status} is ${code} ${JSON.stringify(headers)}`, async t => {
    const { url } = await startService(t, () => ({
      status,
      headers: { 'content-type': 'text/html', ...headers },
      text: '<h1>nginx</h1>'
    }))
    const client = createClient({ baseUrl: url })
    t.teardown(client.close)
    const error = await client.getProfile().catch((caught: unknown) => caught)
    t.type(error, ProblemError)
    t.match(error, { code, status, errors: [] })
    t.equal(error instanceof ProblemError && error.retryAfterSeconds, retryAfterSeconds)
    t.equal(error instanceof ProblemError && error.type, undefined, 'not the service’s')
  })
}

const apisOwn = {
  'with a type and an extension': {
    type: 'https://example.com/probs/out-of-credit',
    title: 'Too little',
    status: 403,
    balance: 30
  },
  'with a code of ours, but not our type': { type: 'about:blank', code: 'unauthenticated' },
  'with a status only': { status: 403 },
  'of ASP.NET': {
    type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
    title: 'One or more validation errors occurred.',
    status: 400,
    errors: { Name: ['The Name field is required.'] },
    traceId: '00-1'
  },
  'that is a list': [1, 2]
}

for (const [title, document] of Object.entries(apisOwn)) {
  test(`X-18 a problem document of an API ${title} comes through whole`, async t => {
    const headers = { 'content-type': 'application/problem+json; charset=utf-8' }
    const { url } = await startService(t, () => ({ status: 403, headers, json: document }))
    const client = createClient({ baseUrl: url })
    t.teardown(client.close)
    const response = await client.fetch('/api/x')
    t.equal(response.status, 403)
    t.same(await response.json(), document)
    t.equal(client.session.current.kind, 'unknown', 'says nothing of the session')
    await t.rejects(client.getProfile(), { code: 'invalid_request', status: 403 })
  })
}

test('X-18 the service’s own problem is thrown wherever it comes from', async t => {
  const json = problem('invalid_password', { reason: 'needs_digit' })
  const { url } = await startService(t, () => ({ status: 400, json }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  const { type } = json
  await t.rejects(client.fetch('/api/x'), { code: 'invalid_password', reason: 'needs_digit', type })
})

test('a problem document that is broken is an error all the same', async t => {
  const { url } = await startService(t, () => ({ status: 400, json: null }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  await t.rejects(client.getProfile(), { code: 'invalid_request', status: 400 })
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
  const { url, asked } = await startService(t, () => ({ json: {} }))
  const client = createClient()
  t.teardown(client.close)
  const request = new Request(`${url}/api/tea`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"short":"stout"}'
  })
  t.equal((await client.fetch(request)).status, 200)
  const told = {
    method: 'POST',
    headers: { 'x-csrf': '1', 'content-type': 'application/json' },
    body: '{"short":"stout"}'
  }
  t.match(asked, [told])
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
