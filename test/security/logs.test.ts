import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'tap'
import { sessionCookie } from '../support/browser.ts'
import { startRedis } from '../support/redis.ts'
import { type Service, startService } from '../support/service.ts'

/** Each of these is somewhere in a request below, and may be nowhere in the log. */
const seeds = {
  query: 'seed-query',
  password: 'Seed-Password-9',
  bearer: 'seed-bearer',
  cookie: 'seed-cookie',
  malformed: 'seed-malformed',
  header: 'seed-header'
}

async function sendRaw(url: string, text: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.resume()
  socket.write(text)
  await once(socket, 'close')
}

/** Makes every kind of call that might tempt a logger, on a service at its most talkative. */
async function makeCalls(service: Service): Promise<void> {
  const one = service.browser()
  const headers = { authorization: `Bearer ${seeds.bearer}`, 'x-anything': seeds.header }
  const query = `?token=${seeds.query}#${seeds.query}`
  for (const path of ['/', '/auth/session', '/auth/nothing', '/api/hello', '/x', '/%zz']) {
    await one.get(path + query, { headers })
    await one.get(path + query, {
      headers: { ...headers, cookie: `${sessionCookie}=${seeds.cookie}` }
    })
    await one.get(path + query, { headers: { 'x-csrf': undefined } })
  }
  const wrong = { email: 'demo@example.com', password: seeds.password }
  await one.post('/auth/login', wrong)
  await one.post('/auth/login', { ...wrong, extra: seeds.password })
  await one.post('/auth/login', { password: [seeds.password] })
  await one.call('POST', '/auth/login', { raw: `{"password":"${seeds.password}` })
  for (const fault of [{ status: 500 }, { error: 'InvalidParameterException' }]) {
    await service.cognito.fault({ operation: 'InitiateAuth', times: 1, ...fault })
    await one.post('/auth/login', wrong)
  }
  await sendRaw(
    service.url,
    `GET / HTTP/1.1\r\nCookie: ${sessionCookie}=${seeds.malformed}\r\nbad header\r\n\r\n`
  )
  await sendRaw(service.url, `GET /${'x'.repeat(20_000)}${seeds.malformed} HTTP/1.1\r\n\r\n`)
}

test('T-12 no query, header, cookie, password or token gets into the log, at trace level', async t => {
  const redis = await startRedis(t)
  const env = { LOG_LEVEL: 'trace', REDIS_URL: redis.url }
  const service = await startService(t, { env })
  await makeCalls(service)
  const one = service.browser()
  await one.login()
  await redis.stop()
  await one.get('/auth/profile')
  await one.post('/auth/login', { email: 'demo@example.com', password: 'Correct-Horse-9' })
  const text = service.logs.join('')
  t.ok(service.logs.length > 30)
  for (const seed of Object.values(seeds)) t.notMatch(text, seed)
  t.notMatch(text, one.sessionId ?? '?')
  t.notMatch(text, /eyJ|Correct-Horse/)
  t.notMatch(text, Buffer.from(seeds.malformed).join(','), 'nor as a list of bytes')
})

test('O-05 nothing a client sends begins a line or a field of its own', async t => {
  const service = await startService(t)
  const one = service.browser()
  const forged = '{"level":60,"msg":"forged"}'
  const headers = {
    'user-agent': `x","forged":"yes`,
    'x-forwarded-for': forged,
    traceparent: forged,
    'x-request-id': forged
  }
  await one.get(`/auth/${encodeURIComponent(`\r\n${forged}\r\n`)}`, { headers })
  await one.get(`/","forged":"yes`, { headers })
  await one.post('/auth/login', { email: `a\r\n${forged}`, password: forged }, { headers })
  const count = () => service.logs.filter(line => line.includes('"msg":"request"')).length
  while (count() < 3) await wait(1)
  for (const line of service.logs) {
    const entry = JSON.parse(line)
    t.equal(line.indexOf('\n'), line.length - 1, 'one line')
    t.not(entry.level, 60)
    t.notOk('forged' in entry)
  }
})

test('O-04 who logged in, failed to, logged out or was refused is in the log, and when', async t => {
  const env = { RATE_LIMIT_SCALE: '1', RATE_LIMIT_LOGIN_PER_ADDRESS: '2/60' }
  const service = await startService(t, { env })
  const one = service.browser()
  const login = await one.login()
  for (let i = 0; i < 2; i++) {
    await one.post('/auth/login', { email: 'demo@example.com', password: 'Wrong-Password-9' })
  }
  await one.get('/auth/session', { headers: { 'sec-fetch-site': 'cross-site' } })
  await one.post('/auth/logout')
  const events = service.logs.map(line => JSON.parse(line)).filter(({ event }) => event)
  const named = (name: string) => events.find(({ event }) => event === name)
  const request = { reqId: String, traceId: String, ip: '127.0.0.1' }
  const who = { sub: login.json.session.user.sub, session: /^[\w-]{22}$/, time: Number, ...request }
  t.match(named('login.succeeded'), who)
  const cause = { reason: 'wrong_password', code: 'invalid_credentials' }
  t.match(named('login.failed'), { ...cause, ...request, time: Number })
  t.match(named('csrf.rejected'), { reason: 'fetch_site', ip: '127.0.0.1', reqId: String })
  t.match(named('rate_limit.exceeded'), { reason: 'login address', ip: '127.0.0.1', reqId: String })
  t.match(named('logout'), who)
})
