import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'tap'
import { startRedis } from '../support/redis.ts'
import { until } from '../support/redis-cluster.ts'
import { freePort } from '../support/redis-process.ts'
import { type Service, startService } from '../support/service.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

/** The lines about requests, once there are as many as there should be. */
async function requestLines({ logs }: Service, count: number) {
  const lines = () => logs.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'request')
  while (lines().length < count) await wait(1)
  return lines()
}

test('a request leaves one line, which says all about it but its query', async t => {
  const service = await startService(t, { env: { LOG_LEVEL: 'trace' } })
  const before = service.logs.length
  const answer = await service.browser().get('/auth/session?next=%2Fsecret')
  const [line] = await requestLines(service, 1)
  t.equal(service.logs.length, before + 1)
  t.match(line, {
    level: 30,
    reqId: answer.headers['x-request-id'],
    traceId: String(answer.headers['x-request-id']).replaceAll('-', ''),
    method: 'GET',
    route: '/auth/session',
    path: '/auth/session',
    status: 200,
    durationMs: Number,
    ip: '127.0.0.1'
  })
})

test('a refusal and a failure are logged in the same line, with code, reason and cause', async t => {
  const service = await startService(t)
  const one = service.browser()
  const calls: [path: string, status: number, route: string | undefined, code: string][] = [
    ['/auth/profile', 401, '/auth/profile', 'unauthenticated'],
    ['/auth/nothing', 404, '/auth/*', 'not_found'],
    ['/nothing.js', 404, '/*', 'not_found'],
    ['/%zz', 400, undefined, 'invalid_request']
  ]
  for (const [i, [path, status, route, code]] of calls.entries()) {
    await one.get(path)
    const line = (await requestLines(service, i + 1)).at(-1)
    t.match(line, { level: 30, path, status, code })
    t.equal(line.route, route)
    t.notOk('err' in line)
  }
  await one.login()
  await service.cognito.fault({ operation: 'GetUser', times: 1, status: 500 })
  await one.get('/auth/profile')
  const line = (await requestLines(service, calls.length + 2)).at(-1)
  t.match(line, { level: 40, status: 503, code: 'cognito_unavailable', reason: /5xx|internal/i })
  t.match(line.err, { type: String, stack: String })
  t.match(line.session, /^[\w-]{22}$/, 'the handle of the session')
})

test('a client that disconnects leaves a line, too', async t => {
  const service = await startService(t)
  await service.cognito.fault({ operation: 'InitiateAuth', times: 1, delayMs: 300 })
  const body = JSON.stringify({ email: 'demo@example.com', password: 'Correct-Horse-9' })
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(
    'POST /auth/login HTTP/1.1\r\nHost: localhost\r\nX-CSRF: 1\r\nContent-Type: application/json\r\n' +
      `Content-Length: ${body.length}\r\n\r\n${body}`
  )
  while (!(await service.cognito.calls()).InitiateAuth) await wait(1)
  socket.destroy()
  const [line] = await requestLines(service, 1)
  t.match(line, { method: 'POST', path: '/auth/login', status: 499 })
})

test('a trace that the caller is in is on every line of the request', async t => {
  const service = await startService(t)
  await service.browser().get('/auth/session', { headers: { traceparent } })
  await service.browser().get('/auth/session', { headers: { traceparent: `${traceparent}x` } })
  const [inTrace, without] = await requestLines(service, 2)
  t.equal(inTrace.traceId, traceId)
  t.not(inTrace.reqId.replaceAll('-', ''), traceId, 'the request keeps an id of its own')
  t.equal(without.traceId, without.reqId.replaceAll('-', ''))
})

test('health checks that succeed leave no line', async t => {
  const service = await startService(t)
  const one = service.browser()
  for (const path of ['/healthz', '/readyz', '/auth/session']) await one.get(path)
  const lines = await requestLines(service, 1)
  t.same(
    lines.map(({ path }) => path),
    ['/auth/session']
  )
})

test('O-20 a health check that fails leaves a line, and no line has a field twice', async t => {
  const service = await startService(t, {
    env: { REDIS_URL: `redis://127.0.0.1:${await freePort()}` }
  })
  const one = service.browser()
  await one.get('/readyz')
  await one.post('/auth/login', { email: 'demo@example.com', password: 'Correct-Horse-9' })
  const lines = await requestLines(service, 2)
  t.match(lines, [{ path: '/readyz', status: 503, level: 40 }, { path: '/auth/login' }])
  for (const line of service.logs) t.equal(JSON.stringify(JSON.parse(line)), line.trimEnd())
})

test('requests that an outage refuses are warned of a few times, then summed up', async t => {
  const redis = await startRedis(t)
  const service = await startService(t, { env: { REDIS_URL: redis.url } })
  const one = service.browser()
  await one.login()
  await redis.stop()
  await until(async () => (await one.get('/readyz')).status === 503)
  for (let i = 0; i < 12; i++) await one.get('/auth/profile')
  await service.app.close()
  const lines = service.logs.map(line => JSON.parse(line))
  const refused = lines.filter(({ path, status }) => path === '/auth/profile' && status === 503)
  t.equal(refused.length, 12, 'each has its line')
  t.ok(refused.filter(({ level }) => level === 40).length <= 10)
  const sums = lines.filter(({ event }) => event === 'requests_refused')
  t.ok(sums.length > 0)
  t.match(sums[0], { level: 40, code: 'store_unavailable', count: Number })
})
