/** WebSockets through /api: the handshake, what passes, and how they end. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { type Test, test } from 'tap'
import { WebSocket } from 'ws'
import { type Browser, sessionCookie } from '../support/browser.ts'
import { startRedis } from '../support/redis.ts'
import { type Service, startService } from '../support/service.ts'
import { type Api, startApi } from '../support/socket-api.ts'

const origin = 'http://localhost:3000'

const routesTo = ({ upstream }: Api, more: object = {}) => ({
  API_ROUTES: JSON.stringify([
    { path: '/api', upstream },
    { path: '/api/live', upstream, webSocket: true, ...more }
  ])
})

interface Opening {
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly protocols?: readonly string[]
}

function open(t: Test, { url }: Service, one: Browser | undefined, opening: Opening = {}) {
  const { path = '/api/live/x?a=1', headers = {}, protocols = [] } = opening
  const cookie = one?.sessionId ? { cookie: `${sessionCookie}=${one.sessionId}` } : {}
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, [...protocols], {
    headers: { origin, ...cookie, ...headers }
  })
  socket.on('error', () => undefined)
  t.teardown(() => socket.terminate())
  return socket
}

/** The problem document of a handshake that is refused. */
async function refusal(socket: WebSocket) {
  const [request, response] = await once(socket, 'unexpected-response')
  let text = ''
  for await (const part of response) text += part
  request.destroy()
  return { status: response.statusCode, ...JSON.parse(text) }
}

/** The service counts a socket until both its sides are closed. */
async function openWhenFree(attempt: () => WebSocket): Promise<WebSocket> {
  for (;;) {
    const socket = attempt()
    const isOpen = await Promise.race([
      once(socket, 'open').then(() => true),
      once(socket, 'unexpected-response').then(() => false)
    ])
    if (isOpen) return socket
  }
}

const closeOf = async (socket: WebSocket) => {
  const [code, reason] = await once(socket, 'close')
  return { code, reason: String(reason) }
}

test('X-21 messages of any kind pass, and the API gets the token and no cookie', async t => {
  const api = await startApi(t)
  const service = await startService(t, { env: routesTo(api) })
  const one = service.browser()
  await one.login()
  const socket = open(t, service, one, { protocols: ['v1', 'v2.json'] })
  await once(socket, 'open')
  t.equal(socket.protocol, 'v2.json')
  const [handshake] = api.handshakes
  t.equal(handshake?.url, '/x?a=1')
  t.match(handshake?.headers, { authorization: /^Bearer ey/, 'x-forwarded-prefix': '/api/live' })
  t.equal(handshake?.headers.cookie, undefined)
  socket.send('hello')
  t.same((await once(socket, 'message')).map(String), ['hello', 'false'])
  const bytes = Buffer.alloc(1024 * 1024, 7)
  socket.send(bytes)
  const [echoed, binary] = await once(socket, 'message')
  t.ok(binary && bytes.equals(echoed), 'a mebibyte of bytes')
  socket.ping()
  await once(socket, 'pong')
  socket.close(4000, 'done')
  t.same(await closeOf(api.sockets[0] ?? socket), { code: 4000, reason: 'done' })
})

test('X-21 a handshake is refused with a problem, and nothing of it is left', async t => {
  const api = await startApi(t)
  const service = await startService(t, { env: routesTo(api) })
  const one = service.browser()
  t.match(await refusal(open(t, service, one)), { status: 401, code: 'unauthenticated' })
  await one.login()
  for (const foreign of ['https://evil.example', 'null', `${origin}0`]) {
    const socket = open(t, service, one, { headers: { origin: foreign } })
    t.match(await refusal(socket), { status: 403, code: 'csrf_rejected' }, foreign)
  }
  const plain = await refusal(open(t, service, one, { path: '/api/x' }))
  t.match(plain, { status: 400, code: 'invalid_request', detail: /takes no WebSocket/ })
  t.equal(api.handshakes.length, 0, 'the API has not heard of any')
  t.equal((await one.get('/api/live/x')).text, 'plain', 'other calls of the route go on')
})

test('X-21 an API that accepts no socket is a bad gateway', async t => {
  const api = await startApi(t)
  const service = await startService(t, {
    env: {
      API_ROUTES: JSON.stringify([
        { path: '/api/refused', upstream: `${api.upstream}/refused`, webSocket: true },
        { path: '/api/away', upstream: 'http://127.0.0.1:1', webSocket: true }
      ])
    }
  })
  const one = service.browser()
  await one.login()
  for (const path of ['/api/refused', '/api/away']) {
    const answer = await refusal(open(t, service, one, { path }))
    t.match(answer, { status: 502, code: 'upstream_error' }, path)
  }
  t.match(service.logs.join(''), 'web_socket_refused_403')
})

test('X-21 an API that refuses the token is asked once more with a new one', async t => {
  const api = await startApi(t)
  const service = await startService(t, { env: routesTo(api) })
  const one = service.browser()
  await one.login()
  await once(open(t, service, one, { path: '/api/live/stale' }), 'open')
  const [first, second] = api.handshakes.map(({ headers }) => headers.authorization)
  t.not(first, second)
  t.equal((await service.cognito.calls()).GetTokensFromRefreshToken, 1)
})

test('X-21 a message that is too large closes both sides', async t => {
  const api = await startApi(t)
  const service = await startService(t, { env: routesTo(api) })
  const one = service.browser()
  await one.login()
  const socket = open(t, service, one)
  await once(socket, 'open')
  const apiClosed = closeOf(api.sockets[0] ?? socket)
  socket.send(Buffer.alloc(1024 * 1024 + 1))
  t.match(await closeOf(socket), { code: 1009 })
  t.match(await apiClosed, { code: 1011 })
})

test('S-27 a socket closes with 4401 when its session ends, wherever it ended', async t => {
  const api = await startApi(t)
  const env = { ...routesTo(api), REDIS_URL: (await startRedis(t)).url }
  const here = await startService(t, { env })
  const there = await startService(t, { env, cognito: here.cognito })
  const other = there.browser()
  for (const [reason, end] of [
    ['logged_out', (one: Browser) => one.post('/auth/logout')],
    ['ended_by_user', () => other.call('DELETE', '/auth/sessions')],
    ['logged_out_everywhere', () => other.post('/auth/logout/all')]
  ] as const) {
    const one = here.browser()
    await one.login()
    await other.login()
    const socket = open(t, here, one)
    await once(socket, 'open')
    const closed = closeOf(socket)
    await end(one)
    t.same(await closed, { code: 4401, reason })
  }
})

test('S-27 a socket closes when its instance stops, and a user has twenty at most', async t => {
  const api = await startApi(t)
  const service = await startService(t, { env: routesTo(api) })
  const one = service.browser()
  await one.login()
  const sockets = Array.from({ length: 20 }, () => open(t, service, one))
  await Promise.all(sockets.map(socket => once(socket, 'open')))
  t.match(await refusal(open(t, service, one)), { status: 429, code: 'rate_limited' })
  sockets[0]?.close()
  const again = await openWhenFree(() => open(t, service, one))
  const closed = closeOf(again)
  await service.app.drain.finish()
  t.match(await closed, { code: 1001 })
  t.ok(api.sockets.every(({ readyState }) => readyState >= WebSocket.CLOSING))
})

/** Sends bytes to the service as they are, and returns all that comes until the connection closes. */
async function raw({ url }: Service, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => undefined).write(text)
  let answer = ''
  socket.on('data', data => {
    answer += data
  })
  await once(socket, 'close')
  return answer
}

const upgradeTo = (protocol: string, more = '') =>
  `Host: localhost:3000\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n${more}\r\n`

test('X-21 requests to upgrade to something else, or before a response, harm nothing', async t => {
  const api = await startApi(t)
  const service = await startService(t, { env: routesTo(api) })
  const health = await raw(service, `GET /healthz HTTP/1.1\r\n${upgradeTo('h2c')}`)
  t.match(health, /^HTTP\/1.1 200 OK/, 'the protocol stays')
  const post = `POST /auth/login HTTP/1.1\r\n${upgradeTo('h2c', 'Content-Length: 2\r\n')}{}`
  t.match(await raw(service, post), /^HTTP\/1.1 501 /)
  const two = `GET /api/live/x HTTP/1.1\r\nHost: localhost:3000\r\n\r\nGET /api/live/x HTTP/1.1\r\n${upgradeTo('websocket')}`
  await raw(service, two)
  const one = service.browser()
  await one.login()
  const cookie = `Cookie: ${sessionCookie}=${one.sessionId}\r\n`
  const wrong = await raw(service, `GET /api/live/x HTTP/1.1\r\n${upgradeTo('websocket', cookie)}`)
  t.match(wrong, /^HTTP\/1.1 400 .*no WebSocket handshake/s)
  t.equal(api.handshakes.length, 0)
  t.equal((await one.get('/api/live/x')).text, 'plain', 'the service goes on')
})
