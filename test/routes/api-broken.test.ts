/** Answers through /api that break off, are impossible, are not sent on, or that nobody waits for. */

import { request } from 'node:http'
import { type Test, test } from 'tap'
import { beforeApi } from '../support/api.ts'
import { sessionCookie } from '../support/browser.ts'
import { moment } from '../support/moment.ts'

const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip', etag: '"1"' }

test('an answer that breaks off before its first byte is an upstream_error, readable as such', async t => {
  const { one } = await beforeApi(t, (_request, response) => {
    response.writeHead(200, { ...packed, 'content-length': 100 }).flushHeaders()
    setTimeout(() => response.destroy(), 50)
  })
  const { status, headers, json } = await one.get('/api/half')
  t.equal(status, 502)
  t.equal(json.code, 'upstream_error')
  t.equal(headers['content-encoding'], undefined, 'the problem is not packed')
  t.equal(headers.etag, undefined)
})

test('an answer that turns to rubbish breaks off', async t => {
  const { one } = await beforeApi(t, ({ socket }) => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked'
    socket.end(`${head}\r\n\r\n4\r\nhalf\r\nrubbish\r\n`)
  })
  await t.rejects(one.get('/api/rubbish'))
})

test('an answer shorter than it says breaks off', async t => {
  const { one } = await beforeApi(t, ({ socket }) => {
    socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\nshort')
  })
  await t.rejects(one.get('/api/short'))
})

test('an answer that breaks off later breaks off here, too', async t => {
  const { one } = await beforeApi(t, (_request, response) => {
    response.writeHead(200, { ...packed, 'content-length': 100 }).write('half')
    setTimeout(() => response.destroy(), 50)
  })
  await t.rejects(one.get('/api/half'))
})

test('an impossible status is an upstream_error, answered once', async t => {
  const { one, logs } = await beforeApi(t, ({ socket }) => {
    const head = 'HTTP/1.1 700 Odd\r\ncontent-type: application/json\r\ncontent-encoding: gzip'
    socket.end(`${head}\r\ncontent-length: 2\r\n\r\n{}`)
  })
  const { status, headers, json } = await one.get('/api/odd')
  t.equal(status, 502)
  t.equal(json.code, 'upstream_error')
  t.equal(headers['content-encoding'], undefined)
  t.notMatch(logs.join(''), 'FST_ERR_REP_ALREADY_SENT')
})

test('an answer to a replaced token bears nothing of the refusal before it', async t => {
  let calls = 0
  const { one } = await beforeApi(t, (_request, response) => {
    calls += 1
    if (calls > 1) return void response.end('fine')
    const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' }
    response.writeHead(401, { ...packed, ...challenge, 'x-reason': 'expired' }).end('{}')
  })
  const { status, headers, text } = await one.get('/api/x')
  t.match({ calls, status, text }, { calls: 2, status: 200, text: 'fine' })
  for (const name of ['www-authenticate', 'x-reason', 'etag', 'content-type', 'content-encoding']) {
    t.equal(headers[name], undefined, name)
  }
})

/** Calls the API and hangs up when told to. */
function caller(t: Test, { origin, sessionId }: { origin: string; sessionId: string | undefined }) {
  const headers = { 'x-csrf': '1', cookie: `${sessionCookie}=${sessionId}` }
  const call = request(`${origin}/api/x`, { headers, agent: false })
  call.on('error', () => undefined).on('response', response => response.pause())
  t.teardown(() => call.destroy())
  call.end()
  return call
}

test('who hangs up in the middle of an answer frees the API, which was kept from running ahead', async t => {
  let sent = 0
  const closed = moment()
  const { one } = await beforeApi(t, (_request, response) => {
    const chunk = Buffer.alloc(65_536)
    const more = () => {
      sent += chunk.length
      const before = sent
      response.write(chunk, () => !response.destroyed && more())
      // Nobody reads: once nothing moves any more, hang up.
      setTimeout(() => sent === before && call.destroy(), 200).unref()
    }
    response.writeHead(200, { 'content-type': 'text/plain' }).on('close', closed.happen)
    more()
  })
  const call = caller(t, one)
  await closed.happened
  t.ok(sent > 65_536 && sent < 64_000_000, `${sent} bytes on their way`)
})

test('who hangs up before the answer has begun leaves nothing behind', async t => {
  const closed = moment()
  const { one } = await beforeApi(t, (_request, response) => {
    response.on('close', closed.happen)
    call.destroy()
    setTimeout(() => response.writeHead(200, packed).write('never read'), 50)
  })
  const call = caller(t, one)
  await closed.happened
  t.pass('the call of the API is given up')
})

test('who hangs up on an API that is silent frees it, too', async t => {
  const closed = moment()
  const { one } = await beforeApi(t, (_request, response) => {
    response.on('close', closed.happen)
    call.destroy()
  })
  const call = caller(t, one)
  await closed.happened
  t.pass('the call of the API is given up without an answer')
})
