import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Test, test } from 'tap'
import { beforeApi } from '../support/api.ts'
import { startService } from '../support/service.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** An upstream of the test's own making: what it sees is what has crossed the proxy. */
async function startUpstream(t: Test, handler: Handler): Promise<string> {
  const server = createServer(handler)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.closeAllConnections())
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has a port
}

const echo: Handler = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    const { method, url, headers } = request
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ method, url, headers, body }))
  })
}

test('calls reach the upstream with the access token, below its base path', async t => {
  const upstream = await startUpstream(t, echo)
  const { browser } = await startService(t, { env: { API_UPSTREAM: `${upstream}/base/v1` } })
  const one = browser()
  await one.login()
  const { json, headers } = await one.call('PUT', '/api/things/7?q=a%20b&q=c', { body: { a: 1 } })
  t.equal(json.method, 'PUT')
  t.equal(json.url, '/base/v1/things/7?q=a%20b&q=c')
  t.equal(json.body, '{"a":1}')
  t.match(json.headers.authorization, /^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
  t.equal(headers['cache-control'], 'no-store')
})

test('every method but TRACE reaches the upstream', async t => {
  const { one } = await beforeApi(t, echo)
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    t.equal((await one.call(method, '/api/x')).json.method, method)
  }
  t.equal((await one.call('TRACE', '/api/x')).status, 405)
})

test('without a session nothing reaches the upstream', async t => {
  let calls = 0
  const upstream = await startUpstream(t, (_request, response) => {
    calls += 1
    response.end()
  })
  const { browser } = await startService(t, { env: { API_UPSTREAM: upstream } })
  for (const method of ['GET', 'POST', 'DELETE']) {
    const answer = await browser().call(method, '/api/things')
    t.equal(answer.status, 401)
    t.equal(answer.json.code, 'unauthenticated')
  }
  t.equal(calls, 0)
})

test('P-01 no path leaves the configured base', async t => {
  const urls: string[] = []
  const upstream = await startUpstream(t, (request, response) => {
    urls.push(request.url ?? '')
    response.end()
  })
  const { browser } = await startService(t, { env: { API_UPSTREAM: `${upstream}/base` } })
  const one = browser()
  await one.login()
  const tricks = [
    '/api/../secret',
    '/api/a/../../secret',
    '/api/%2e%2e/secret',
    '/api/%2E%2e%2fsecret',
    '/api/..%2fsecret',
    '/api/..%5csecret',
    '/api/.%2e/secret',
    '/api//evil.example/x',
    '/api/%252e%252e/secret',
    '/api/a%252f%252E%25252e%252fsecret',
    '/api/a/..%252fsecret',
    '/api/a%5c..%5csecret',
    '/api/%252525252525252e/x',
    '/api/x?q=a#/../b',
    '/api/a\\b',
    '/api/\\evil.example',
    '/api/%00',
    '/api/%0d%0aX: y',
    '/api/%',
    '/api/..;/secret',
    '/api/a/.;x=1/secret',
    '/api/a#/../secret',
    'http://evil.example/api/x',
    '/api/./x'
  ]
  for (const path of tricks) {
    const answer = await one.get(path.replaceAll(' ', '%20'))
    t.ok(answer.status >= 400 && answer.status < 500, `${path} answers ${answer.status}`)
  }
  t.same(urls, [])
  await one.get('/api/@evil.example/x')
  t.same(urls, ['/base/@evil.example/x'], 'an @ is a letter like any other below the base')
  await one.get('/api/.well-known/a..b/...?to=/../x')
  t.equal(urls[1], '/base/.well-known/a..b/...?to=/../x', 'no segment is dots alone')
  await one.get('/api/a%2Fb/%7Bid%7D/"x"?q=%2F')
  t.equal(urls[2], '/base/a%2Fb/%7Bid%7D/%22x%22?q=%2F', 'what is encoded stays so')
})

test('P-02 the cookie and what the client says of itself do not travel', async t => {
  const upstream = await startUpstream(t, echo)
  const { browser } = await startService(t, { env: { API_UPSTREAM: upstream } })
  const one = browser()
  await one.login()
  const { json } = await one.get('/api/x', {
    headers: {
      authorization: 'Bearer forged',
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=6.6.6.6',
      'x-real-ip': '6.6.6.6',
      'x-client-ip': '6.6.6.6',
      'x-cluster-client-ip': '6.6.6.6',
      'true-client-ip': '6.6.6.6',
      'cf-connecting-ip': '6.6.6.6',
      'fastly-client-ip': '6.6.6.6',
      x_client_ip: '6.6.6.6',
      'x-user-id': 'admin',
      x_forwarded_for: '6.6.6.6',
      x_user_id: 'admin',
      connection: 'close, Authorization, X-Hop',
      'x-hop': 'for the next hop',
      'x-own': 'kept'
    }
  })
  t.notMatch(JSON.stringify(json.headers), /forged|6\.6\.6\.6|evil|admin/)
  t.equal(json.headers.cookie, undefined)
  t.equal(json.headers['x-hop'], undefined, 'named by Connection (RFC 9110 7.6.1)')
  t.equal(json.headers['x-own'], 'kept')
  t.match(json.headers.authorization, /^Bearer eyJ/)
  t.equal(json.headers['x-forwarded-for'], '127.0.0.1')
  t.equal(json.headers['x-forwarded-host'], 'localhost:3000')
})

test('P-03 the upstream can set no cookie and loosen no policy', async t => {
  const upstream = await startUpstream(t, (_request, response) => {
    response.setHeader('set-cookie', ['session=evil; Path=/', 'other=1'])
    for (const name of [...ours, ...notOurs]) response.setHeader(name, 'loose')
    response.end('x')
  })
  const { browser } = await startService(t, { env: { API_UPSTREAM: upstream } })
  const one = browser()
  const own = (await one.login()).headers
  const { headers, cookies } = await one.get('/api/x')
  t.same(cookies, [])
  for (const name of ours) t.ok(own[name] && headers[name] === own[name], name)
  for (const name of notOurs) t.equal(headers[name], undefined, name)
})

/** What this service says of every answer, and what it leaves unsaid. */
const ours = ['cache-control', 'content-security-policy', 'vary', 'referrer-policy'].concat([
  'x-content-type-options',
  'cross-origin-resource-policy'
])
const notOurs = ['access-control-allow-origin', 'alt-svc', 'service-worker-allowed', 'nel'].concat([
  'x-frame-options',
  'origin-agent-cluster',
  'cross-origin-opener-policy'
])

test('status, body and headers of the upstream come back as they are, a 503 once', async t => {
  let calls = 0
  const { one } = await beforeApi(t, (_request, response) => {
    calls += 1
    response.writeHead(503, { 'retry-after': '1', 'x-own': 'a', 'content-type': 'text/plain' })
    response.end('busy')
  })
  const answer = await one.get('/api/x')
  t.equal(answer.status, 503)
  t.equal(answer.text, 'busy')
  t.equal(answer.headers['x-own'], 'a')
  t.equal(calls, 1)
})

test('an upstream that is away or hangs up is an upstream_error', async t => {
  const upstream = await startUpstream(t, request => request.socket.destroy())
  for (const API_UPSTREAM of [upstream, 'http://127.0.0.1:1']) {
    const { browser } = await startService(t, { env: { API_UPSTREAM } })
    const one = browser()
    await one.login()
    const answer = await one.get('/api/x')
    t.match(answer, { status: 502, json: { code: 'upstream_error' } })
    t.notMatch(answer.text, /127\.0\.0\.1|ECONN/)
  }
})

test('X-12 bodies of any type travel as they are, and so does one of none', async t => {
  const { one } = await beforeApi(t, echo)
  const types = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain'
  ]
  for (const type of [...types, 'application/grpc-web', 'Application/JSON', undefined]) {
    const answer = await one.call('POST', '/api/x', {
      raw: 'a=1',
      headers: { 'content-type': type }
    })
    t.match(answer.json, { body: 'a=1' }, `${type}`)
    t.equal(answer.json.headers['content-type'], type, `${type}`)
  }
  for (const method of ['DELETE', 'OPTIONS', 'PATCH']) {
    const raw = Buffer.from([0, 255, 10])
    const answer = await one.call(method, '/api/x', { raw, headers: { 'content-type': 'a/b' } })
    t.equal(answer.json.headers['content-length'], '3', method)
  }
  t.equal((await one.call('POST', '/api/x')).json.headers['content-type'], undefined)
})
