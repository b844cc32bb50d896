/** Bodies that go out through /api: streamed in the form they came in, and sometimes not wanted. */
import { request } from 'node:http'
import { test } from 'tap'
import { beforeApi } from '../support/api.ts'
import { type Browser, sessionCookie } from '../support/browser.ts'
import { moment } from '../support/moment.ts'

/** A call whose body is sent part by part by the test. */
function upload({ origin, sessionId }: Browser, headers: Readonly<Record<string, string>> = {}) {
  const own = {
    'x-csrf': '1',
    cookie: `${sessionCookie}=${sessionId}`,
    'content-type': 'application/json'
  }
  const call = request(`${origin}/api/x`, { method: 'POST', headers: { ...own, ...headers } })
  const answered = new Promise<{ status: number | undefined; connection: string | undefined }>(
    (resolve, reject) => {
      call.on('error', reject).on('response', response => {
        response.resume()
        resolve({ status: response.statusCode, connection: response.headers.connection })
      })
    }
  )
  return { call, answered }
}

test('a body keeps its length, or goes on in chunks', async t => {
  const seen: unknown[] = []
  const { one } = await beforeApi(t, ({ headers }, response) => {
    seen.push([headers['content-length'], headers['transfer-encoding']])
    response.end()
  })
  await one.post('/api/x', { a: 1 })
  const { call, answered } = upload(one)
  call.write('{')
  // Longer than whatever might be collected on the way.
  call.end(`"a":"${'x'.repeat(200_000)}"}`)
  await answered
  t.same(seen, [
    ['7', undefined],
    [undefined, 'chunked']
  ])
})

test('a body begins to arrive before its end is sent', async t => {
  const arrived = moment()
  const { one } = await beforeApi(t, (incoming, response) => {
    incoming.once('data', arrived.happen)
    incoming.on('end', () => response.end())
  })
  const { call, answered } = upload(one)
  call.write('{"a":')
  await arrived.happened
  call.end('1}')
  t.equal((await answered).status, 200)
})

test('the body of a GET is dropped, for it means nothing', async t => {
  let seen: unknown
  const { one } = await beforeApi(t, ({ headers }, response) => {
    seen = [headers['content-length'], headers['transfer-encoding']]
    response.end()
  })
  t.equal((await one.get('/api/x', { raw: '{}' })).status, 200)
  t.same(seen, [undefined, undefined], 'RFC 9110 9.3.1')
})

test('the log names the caller of a call with a body, behind a proxy, too', async t => {
  const handler: Parameters<typeof beforeApi>[1] = (_request, response) => response.end('{}')
  const { one, logs } = await beforeApi(t, handler, { TRUST_PROXY: '127.0.0.1' })
  await one.post('/api/x', { a: 1 }, { headers: { 'x-forwarded-for': '192.0.2.7' } })
  // An answer is logged once it has left: by the next one it has.
  t.equal((await one.get('/api/y')).status, 200)
  const lines = logs.map(line => JSON.parse(line))
  t.equal(lines.find(({ path }) => path === '/api/x')?.ip, '192.0.2.7')
})

test('an API that refuses a body before it is there is heard, and the connection closed', async t => {
  const { one } = await beforeApi(t, (_request, response) => {
    response.writeHead(413, { 'content-type': 'application/json' }).end('{}')
  })
  const { call, answered } = upload(one, { 'content-length': '10000000' })
  call.write('x'.repeat(100_000))
  t.same(await answered, { status: 413, connection: 'close' })
  call.destroy()
})

test('a body for an API that is away is not waited for', async t => {
  const { one, server } = await beforeApi(t, (_request, response) => response.end())
  server.close()
  server.closeAllConnections()
  const { call, answered } = upload(one, { 'content-length': '10000000' })
  call.write('x'.repeat(100_000))
  t.same(await answered, { status: 502, connection: 'close' })
  call.destroy()
})

test('who hangs up in the middle of a body leaves nothing behind', async t => {
  const arrived = moment()
  const closed = moment()
  const { one, logs } = await beforeApi(t, incoming => {
    incoming.once('data', arrived.happen)
    incoming.on('error', () => undefined).on('close', closed.happen)
  })
  const { call, answered } = upload(one, { 'content-length': '10000000' })
  call.write('x'.repeat(100_000))
  await arrived.happened
  call.destroy()
  await t.rejects(answered)
  await closed.happened
  t.notMatch(logs.join(''), 'upstream_error', 'the API is not to blame')
})
