/** The echo API: an upstream that tells what reached it. */

import { once } from 'node:events'
import { GlobalSignOutCommand } from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { WebSocket } from 'ws'
import { startCognito } from '../support/cognito.ts'
import { sdkFor, signIn, tokensOf } from './sdk.ts'

async function setUp(t: Test) {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const tokens = await tokensOf(signIn(sdk, cognito))
  const call = (path: string, authorization?: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    if (authorization !== undefined) headers.set('authorization', authorization)
    return fetch(`${cognito.url}/_local/api${path}`, { ...init, headers })
  }
  return { cognito, sdk, call, ...tokens, bearer: `Bearer ${tokens.AccessToken}` }
}

test('a valid access token gets the claims and the request back, but not the token', async t => {
  const { call, bearer } = await setUp(t)
  const response = await call('/things/7?a=1&b=%C3%A9', bearer, { headers: { 'x-own': 'yes' } })
  t.equal(response.status, 200)
  t.match(await response.json(), {
    claims: { token_use: 'access', username: String },
    method: 'GET',
    path: '/_local/api/things/7',
    query: { a: '1', b: 'é' },
    headers: { 'x-own': 'yes', authorization: 'Bearer ***' }
  })
})

for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
  test(`${method} gets its JSON body back`, async t => {
    const { call, bearer } = await setUp(t)
    const body = { name: '🦊', list: [1, null] }
    const headers = { 'content-type': 'application/json' }
    const response = await call('/things', bearer, { method, headers, body: JSON.stringify(body) })
    t.match(await response.json(), { method, body })
  })
}

test('without a good access token it is 401', async t => {
  const { call, AccessToken, IdToken, RefreshToken } = await setUp(t)
  const bad = [undefined, AccessToken, `Basic ${AccessToken}`, `Bearer ${IdToken}`]
  for (const value of [...bad, `Bearer ${RefreshToken}`, `Bearer ${AccessToken}x`]) {
    const response = await call('/', value)
    t.equal(response.status, 401)
    t.equal(response.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
  }
})

test('an expired token is 401', async t => {
  const { cognito, call, bearer } = await setUp(t)
  await cognito.advance(3600)
  t.equal((await call('/', bearer)).status, 401)
})

test('a revoked token is 401', async t => {
  const { sdk, call, bearer, AccessToken } = await setUp(t)
  await sdk.send(new GlobalSignOutCommand({ AccessToken }))
  t.equal((await call('/', bearer)).status, 401)
})

test('an image, a file, a stream and a socket want a valid token as well', async t => {
  const { cognito, call, bearer } = await setUp(t)
  const types = {
    '/image': 'image/svg+xml',
    '/download': 'text/csv',
    '/stream': 'text/event-stream'
  }
  for (const [path, type] of Object.entries(types)) {
    t.equal((await call(path)).status, 401, path)
    const stop = new AbortController()
    const response = await call(path, bearer, { signal: stop.signal })
    t.equal(response.headers.get('content-type'), type)
    stop.abort()
  }
  const url = `${cognito.url.replace('http', 'ws')}/_local/api/socket`
  const [, refused] = await once(
    new WebSocket(url).on('error', () => {}),
    'unexpected-response'
  )
  t.equal(refused.statusCode, 401)
  const socket = new WebSocket(url, { headers: { authorization: bearer } })
  await once(socket, 'open')
  socket.send('hello')
  t.equal(String((await once(socket, 'message'))[0]), 'hello')
  socket.close()
})
