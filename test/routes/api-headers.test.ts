/** What comes back through /api besides bodies: headers as they are, interim answers not at all. */
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'tap'
import { beforeApi } from '../support/api.ts'

test('a header that the API sends twice comes back twice', async t => {
  const { one } = await beforeApi(t, (_request, response) => {
    response.setHeader('link', ['</a>; rel=next', '</b>; rel=last'])
    response.setHeader('www-authenticate', ['Bearer realm="a"', 'DPoP realm="b"'])
    response.writeHead(401).end()
  })
  const { headers } = await one.get('/api/x')
  t.equal(headers.link, '</api/a>; rel=next, </api/b>; rel=last')
  t.equal(headers['www-authenticate'], 'Bearer realm="a", DPoP realm="b"')
})

test('P-06 a challenge that opens a password box does not come back, nor what steers an edge', async t => {
  const { one } = await beforeApi(t, (_request, response) => {
    response.setHeader('www-authenticate', 'Basic realm="a"')
    response.setHeader('cdn-cache-control', 'max-age=600')
    response.writeHead(401).end()
  })
  const { status, headers } = await one.get('/api/x')
  t.equal(status, 401)
  t.equal(headers['www-authenticate'], undefined)
  t.equal(headers['cdn-cache-control'], undefined)
})

test('P-05 the API gets its own prefix, and no identity that the client claims', async t => {
  let seen: IncomingHttpHeaders = {}
  const { one } = await beforeApi(t, ({ headers }, response) => {
    seen = headers
    response.end()
  })
  const said = { 'x-remote-user': 'admin', 'x-forwarded-prefix': '/evil', 'x-http-method': 'PUT' }
  await one.get('/api/x', { headers: { ...said, 'x-own': 'kept' } })
  t.equal(seen['x-forwarded-prefix'], '/api')
  t.equal(seen['x-remote-user'], undefined)
  t.equal(seen['x-http-method'], undefined)
  t.equal(seen['x-own'], 'kept')
})

test('P-08 redirects below the base of the API lead below /api', async t => {
  const { one } = await beforeApi(t, ({ url, headers }, response) => {
    response.setHeader(
      'location',
      url === '/away' ? `http://${headers.host}/things/7` : '/things/8'
    )
    response.writeHead(302).end()
  })
  t.equal((await one.get('/api/away')).headers.location, '/api/things/7')
  t.equal((await one.get('/api/here')).headers.location, '/api/things/8')
})

test('P-08 a Content-Location below the base of the API is one below /api, and names no host', async t => {
  const { one } = await beforeApi(t, ({ url, headers }, response) => {
    const host = url === '/other' ? 'https://elsewhere.example' : `http://${headers.host}`
    response.setHeader('content-location', url === '/here' ? '/things/8' : `${host}/things/7`)
    response.end('{}')
  })
  const locationOf = async (path: string) => (await one.get(path)).headers['content-location']
  t.equal(await locationOf('/api/away'), '/api/things/7')
  t.equal(await locationOf('/api/here'), '/api/things/8')
  t.equal(await locationOf('/api/other'), 'https://elsewhere.example/things/7')
})

test('events are not collected by a proxy before they are passed on', async t => {
  const { one } = await beforeApi(t, (_request, response) => {
    response.setHeader('content-type', 'text/event-stream; charset=utf-8')
    response.end('data: x\n\n')
  })
  t.equal((await one.get('/api/x')).headers['x-accel-buffering'], 'no')
})

test('what the API says to its next hop ends here', async t => {
  const { one } = await beforeApi(t, (_request, response) => {
    response.setHeader('connection', 'X-Hop, keep-alive')
    response.setHeader('x-hop', 'for the next hop')
    response.setHeader('keep-alive', 'timeout=7')
    response.setHeader('x-own', 'for the browser')
    response.end('x')
  })
  const { headers } = await one.get('/api/x')
  t.equal(headers['x-hop'], undefined, 'named by Connection (RFC 9110 7.6.1)')
  t.notMatch(headers['keep-alive'] ?? '', 'timeout=7')
  t.equal(headers['x-own'], 'for the browser')
})

test('interim answers stay between the API and the service', async t => {
  const { one } = await beforeApi(t, (_request, response) => {
    response.writeProcessing()
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.end('the answer')
  })
  const { status, text, headers } = await one.get('/api/x')
  t.match({ status, text }, { status: 200, text: 'the answer' })
  t.equal(headers.link, undefined)
})

test('an answer without content has no length', async t => {
  const { one } = await beforeApi(t, (_request, response) =>
    response.writeHead(204, { 'content-length': 0 }).end()
  )
  const { status, headers } = await one.get('/api/x')
  t.equal(status, 204)
  t.equal(headers['content-length'], undefined, 'RFC 9110 8.6')
})

test('a body of no type is not given one', async t => {
  const { one } = await beforeApi(t, (_request, response) => response.end('something'))
  const { text, headers } = await one.get('/api/x')
  t.equal(text, 'something')
  t.equal(headers['content-type'], undefined)
})
