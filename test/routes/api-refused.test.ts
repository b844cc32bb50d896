/** Tokens that the API behind /api refuses, and connections to it. */
import { once } from 'node:events'
import { test } from 'tap'
import { beforeApi } from '../support/api.ts'

const refusal = { 'www-authenticate': 'Bearer realm="api", error="invalid_token"' }

test('a refused token is replaced, and what had no body is sent once more', async t => {
  for (const method of ['GET', 'HEAD']) {
    const tokens = new Set<string | undefined>()
    const { one, cognito } = await beforeApi(t, ({ headers }, response) => {
      tokens.add(headers.authorization)
      if (tokens.size === 1) response.writeHead(401, refusal).end('{}')
      else response.writeHead(200, { 'x-own': 'yes' }).end()
    })
    const { status, headers } = await one.call(method, '/api/x')
    t.match({ status, headers }, { status: 200, headers: { 'x-own': 'yes' } }, method)
    t.equal(tokens.size, 2)
    t.equal((await cognito.calls()).GetTokensFromRefreshToken, 1)
  }
})

test('what had a body is not sent again, but the next call has another token', async t => {
  const tokens: (string | undefined)[] = []
  const { one } = await beforeApi(t, ({ headers, method }, response) => {
    tokens.push(headers.authorization)
    if (method === 'POST') response.writeHead(401, refusal).end('{"message":"no"}')
    else response.end()
  })
  const { status, json } = await one.post('/api/x', { a: 1 })
  t.match({ status, json }, { status: 401, json: { message: 'no' } })
  t.equal((await one.get('/api/x')).status, 200)
  t.equal(tokens.length, 2)
  t.not(tokens[0], tokens[1])
})

test('a large refusal that is not sent on does not cost a connection', async t => {
  let connections = 0
  let calls = 0
  const { one, server } = await beforeApi(t, (_request, response) => {
    calls += 1
    if (calls === 1) response.writeHead(401, refusal).end(Buffer.alloc(1_000_000, 'x'))
    else response.end('fine')
  })
  server.on('connection', () => {
    connections += 1
  })
  t.equal((await one.get('/api/x')).text, 'fine')
  for (let i = 0; i < 5; i++) await one.get('/api/x')
  t.ok(connections <= 2, `${connections} connections for ${calls} calls`)
})

test('where no other token is available, the response gives the reason', async t => {
  const { one, cognito } = await beforeApi(t, (_request, response) =>
    response.writeHead(401, { ...refusal, etag: '"1"' }).end('{}')
  )
  await cognito.fault({ operation: 'GetTokensFromRefreshToken', times: 9, status: 500 })
  const { status, headers, json } = await one.get('/api/x')
  t.match({ status, code: json.code }, { status: 503, code: 'cognito_unavailable' })
  t.equal(headers.etag, undefined)
  t.equal(headers['www-authenticate'], undefined)
})

test('connections to the API end with the service', async t => {
  const { app, one, server } = await beforeApi(t, (_request, response) => response.end())
  const connected = once(server, 'connection')
  await one.get('/api/x')
  const [socket] = await connected
  await app.close()
  if (!socket.destroyed) await once(socket, 'close')
  t.ok(socket.destroyed)
})
