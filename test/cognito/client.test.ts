/** The ways in which a call goes wrong before there is an exception to read. */

import { test } from 'tap'
import { failure, pool, sendJson, serviceFor, startStub } from './stub.ts'

const credentials = { email: 'a@example.com', password: 'pass-phrase' }

test('a page instead of JSON is an upstream error, and its text is not kept', async t => {
  const stub = await startStub(t, response => {
    response.statusCode = 403
    response.end('<html>blocked pass-phrase</html>')
  })
  const error = await failure(serviceFor(t, stub.endpoint).signIn(credentials))
  t.match(error, { code: 'upstream_error', reason: 'blocked' })
  t.match(error.cause, { name: 'SyntaxError', message: 'the answer cannot be parsed' })
})

test('a page with a 5xx status is an outage', async t => {
  for (const body of ['<html>bad gateway</html>', '', '{}']) {
    const stub = await startStub(t, response => {
      response.statusCode = 502
      response.end(body)
    })
    const error = await failure(serviceFor(t, stub.endpoint).signIn(credentials))
    t.match(error, { code: 'cognito_unavailable', reason: 'http_5xx' }, `body: ${body}`)
  }
})

test('a good status with nonsense in it is an upstream error', async t => {
  const bodies = ['<html>', '{"AuthenticationResult":{"AccessToken":"ey', '{}', '[]', '']
  for (const body of bodies) {
    const stub = await startStub(t, response => response.end(body))
    const error = await failure(serviceFor(t, stub.endpoint).signIn(credentials))
    t.equal(error.code, 'upstream_error', `body: ${body}`)
  }
})

test('silence past the deadline is an outage, and the socket is given up', async t => {
  const stub = await startStub(t, () => undefined)
  const service = serviceFor(t, stub.endpoint, { timeoutMs: 50 })
  const error = await failure(service.signIn(credentials))
  t.match(error, { code: 'cognito_unavailable', reason: 'timeout', retryAfterSeconds: 2 })
})

test('an answer that starts and never ends is an outage too', async t => {
  const stub = await startStub(t, response => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
    response.write('{"Authentication')
  })
  const service = serviceFor(t, stub.endpoint, { timeoutMs: 100 })
  const error = await failure(service.signIn(credentials))
  t.match(error, { code: 'cognito_unavailable', reason: 'timeout' })
})

test('a reset socket is an outage', async t => {
  const stub = await startStub(t, (_response, _call, request) => request.socket.resetAndDestroy())
  const error = await failure(serviceFor(t, stub.endpoint).signIn(credentials))
  t.match(error, { code: 'cognito_unavailable', reason: 'unreachable' })
  t.equal(stub.calls.length, 1, 'nothing is sent twice')
})

test('a port without a listener is an outage', async t => {
  const stub = await startStub(t, () => undefined)
  await new Promise(resolve => stub.server.close(resolve))
  const error = await failure(serviceFor(t, stub.endpoint).getUser('token'))
  t.match(error, { code: 'cognito_unavailable', reason: 'unreachable' })
})

test('calls carry no credentials, and one socket serves them all', async t => {
  const sockets = new Set<unknown>()
  const stub = await startStub(t, (response, _call, request) => {
    sockets.add(request.socket)
    t.equal(request.headers.authorization, undefined)
    sendJson(response, { UserAttributes: [{ Name: 'sub', Value: '1' }] })
  })
  const service = serviceFor(t, stub.endpoint)
  for (let i = 0; i < 3; i += 1) t.same(await service.getUser('token'), { sub: '1' })
  t.equal(sockets.size, 1)
})

test('unreachable keys are an outage, reported before a token is used up', async t => {
  const stub = await startStub(t, (response, _call, request) => {
    response.statusCode = request.method === 'GET' ? 503 : 200
    sendJson(response, {})
  })
  const service = serviceFor(t, stub.endpoint, { jwks: undefined })
  for (const call of [service.signIn(credentials), service.refresh('token')]) {
    const error = await failure(call)
    t.match(error, { code: 'cognito_unavailable', reason: 'jwks_unreachable' })
  }
  t.notOk(
    stub.calls.some(({ body }) => 'ClientId' in body),
    'Cognito was not asked'
  )
})

test('keys that are no keys are an upstream error', async t => {
  const stub = await startStub(t, response => response.end('<html>'))
  const service = serviceFor(t, stub.endpoint, { jwks: undefined })
  const error = await failure(service.refresh('token'))
  t.match(error, { code: 'upstream_error', reason: 'jwks_unusable' })
})

test('the pool is asked by its own name', async t => {
  const stub = await startStub(t, (response, _call, request) => {
    t.equal(request.url, `/${pool.userPoolId}/.well-known/jwks.json`)
    response.statusCode = 404
    response.end()
  })
  const error = await failure(serviceFor(t, stub.endpoint, { jwks: undefined }).refresh('token'))
  // There is no such pool: waiting would not help.
  t.match(error, { code: 'upstream_error', reason: 'misconfigured_user_pool' })
})
