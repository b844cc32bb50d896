/** Bodies that come back through /api: whole where they are small, as they arrive where they are not. */

import { test } from 'tap'
import { beforeApi } from '../support/api.ts'
import { sessionCookie } from '../support/browser.ts'

const json = { 'content-type': 'application/json' }

test('a small answer comes in one piece, whatever form the API sent it in', async t => {
  const { one } = await beforeApi(t, (_request, response) =>
    response.writeHead(200, json).end('{}')
  )
  const { text, headers } = await one.get('/api/small')
  t.equal(text, '{}')
  t.equal(headers['content-length'], '2')
  t.equal(headers['transfer-encoding'], undefined)
})

test('an answer in parts is sent on part by part', async t => {
  let finish = () => {}
  const { one } = await beforeApi(t, (_request, response) => {
    response.writeHead(200, json).write('first')
    finish = () => response.end(' last')
  })
  const cookie = `${sessionCookie}=${one.sessionId}`
  const answer = await fetch(`${one.origin}/api/parts`, { headers: { 'x-csrf': '1', cookie } })
  let text = ''
  // The API goes on only once its first part has been read here.
  for await (const part of answer.body ?? []) {
    text += Buffer.from(part).toString()
    finish()
  }
  t.equal(text, 'first last')
})

test('a large answer comes back byte for byte', async t => {
  const body = Buffer.alloc(3_000_000, 'abcdefghijklmnopqrstuvwxyz')
  const { one } = await beforeApi(t, (_request, response) =>
    response.writeHead(200, json).end(body)
  )
  t.ok(Buffer.from((await one.get('/api/large')).text).equals(body))
})

test('answers without a body keep their form', async t => {
  const { one } = await beforeApi(t, ({ url, method }, response) => {
    if (method === 'HEAD') response.writeHead(200, { ...json, 'content-length': 7 }).end()
    else if (url === '/empty') response.writeHead(200, json).end()
    else response.writeHead(url === '/none' ? 204 : 304, json).end()
  })
  t.equal((await one.call('HEAD', '/api/x')).headers['content-length'], '7')
  t.match(await one.get('/api/empty'), { status: 200, text: '' })
  t.equal((await one.get('/api/none')).status, 204)
  const unchanged = await one.get('/api/unchanged')
  t.match(unchanged, { status: 304, text: '' })
  t.equal(unchanged.headers['content-length'], undefined, 'it speaks of a body that is not sent')
})
