/** What comes back through /api besides bodies: headers as they are, interim answers not at all. */
import { test } from 'tap'
import { beforeApi } from '../support/api.ts'

test('a header that the API sends twice comes back twice', async t => {
  const { one } = await beforeApi(t, (_request, response) => {
    response.setHeader('link', ['</a>; rel=next', '</b>; rel=last'])
    response.setHeader('www-authenticate', ['Basic realm="a"', 'Digest realm="b"'])
    response.writeHead(401).end()
  })
  const { headers } = await one.get('/api/x')
  t.equal(headers.link, '</a>; rel=next, </b>; rel=last')
  t.equal(headers['www-authenticate'], 'Basic realm="a", Digest realm="b"')
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
