import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import { sessionCookie } from '../support/browser.ts'
import { moveClock } from '../support/moved-clock.ts'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

test('an expired access token is refreshed, and the request succeeds', async t => {
  const clock = moveClock(t)
  const { browser, cognito } = await startService(t)
  await cognito.patchPool({ accessTokenSeconds: 300, refreshRotation: true, retryGraceSeconds: 0 })
  const one = browser()
  await one.login()
  for (let round = 1; round <= 3; round++) {
    clock.advance(300)
    t.equal((await one.get('/api/hello')).status, 200)
    t.equal((await cognito.calls()).GetTokensFromRefreshToken, round)
  }
})

test('T-06 many calls on an expired token make one refresh, rotation on and no grace', async t => {
  const redis = await startRedis(t)
  const cognito = (await startService(t)).cognito
  await cognito.patchPool({ accessTokenSeconds: 1, refreshRotation: true, retryGraceSeconds: 0 })
  const env = { REDIS_URL: redis.url }
  const services = [
    await startService(t, { env, cognito }),
    await startService(t, { env, cognito }),
    await startService(t, { env, cognito })
  ]
  const browsers = services.map(service => service.browser())
  const [first, ...others] = browsers
  await first?.login()
  for (const other of others) other.jar.set(sessionCookie, first?.sessionId ?? '')
  await sleep(1050)
  await cognito.patchPool({ accessTokenSeconds: 300 })
  await cognito.fault({ operation: 'GetTokensFromRefreshToken', times: 1, delayMs: 300 })
  const calls = browsers.flatMap(one => Array.from({ length: 40 }, () => one.get('/api/hello')))
  const statuses = (await Promise.all(calls)).map(answer => answer.status)
  t.same(new Set(statuses), new Set([200]))
  t.equal((await cognito.calls()).GetTokensFromRefreshToken, 1)
})

test('T-09 while Cognito fails, a good token is served and an expired one is 503; then all is well', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.patchPool({ accessTokenSeconds: 1 })
  const one = browser()
  await one.login()
  await sleep(1050)
  // What the last refresh makes must outlive its way to the API.
  await cognito.patchPool({ accessTokenSeconds: 300 })
  const faults = [{ status: 500 }, { error: 'TooManyRequestsException' }, { dropAfterCommit: true }]
  for (const fault of faults) {
    await cognito.fault({ operation: 'GetTokensFromRefreshToken', times: 1, ...fault })
    const answer = await one.get('/api/hello')
    t.equal(answer.status, 503, JSON.stringify(fault))
    t.equal(answer.json.code, 'cognito_unavailable')
    t.ok(Number(answer.headers['retry-after']) > 0)
    t.same(answer.cookies, [], 'the session is kept')
  }
  t.equal((await one.get('/api/hello')).status, 200)
})

test('S-09 a logout during a refresh wins', async t => {
  const redis = await startRedis(t)
  const { browser, cognito } = await startService(t, { env: { REDIS_URL: redis.url } })
  await cognito.patchPool({ accessTokenSeconds: 1, refreshRotation: true })
  const one = browser()
  await one.login()
  await sleep(1050)
  await cognito.fault({ operation: 'GetTokensFromRefreshToken', times: 1, delayMs: 500 })
  const slow = browser()
  slow.jar.set(sessionCookie, one.sessionId ?? '')
  const refreshing = slow.get('/api/hello')
  await sleep(200)
  t.equal((await one.post('/auth/logout')).status, 204)
  const answer = await refreshing
  t.equal(answer.status, 401)
  t.equal(slow.sessionId, undefined, 'no Set-Cookie brings it back')
  t.notMatch(String(await redis.cli('KEYS', '*')), /bff:s:/)
  t.equal((await cognito.calls()).RevokeToken, 1)
})

test('a session that ends while its refresh succeeds leaves no living token at Cognito', async t => {
  const redis = await startRedis(t)
  const { browser, cognito } = await startService(t, { env: { REDIS_URL: redis.url } })
  await cognito.patchPool({ accessTokenSeconds: 1, refreshRotation: true })
  const one = browser()
  await one.login()
  await sleep(1050)
  await cognito.fault({ operation: 'GetTokensFromRefreshToken', times: 1, delayMs: 500 })
  const refreshing = one.get('/api/hello')
  await sleep(200)
  const keys = [await redis.cli('KEYS', 'bff:s:*')].flat().map(String)
  await redis.cli('DEL', ...keys)
  t.equal((await refreshing).json.code, 'session_expired')
  t.equal((await cognito.calls()).RevokeToken, 1, 'the token that was won is revoked')
  t.same(await redis.cli('KEYS', 'bff:s:*'), [], 'and nothing is written back')
})

test('T-01 no answer ever holds a token', async t => {
  const { browser } = await startService(t)
  const one = browser()
  await one.login()
  const paths = ['/', '/auth/session', '/auth/profile', '/auth/x', '/api/hello', '/readyz', '/x']
  for (const path of paths) await one.get(path)
  await one.post('/auth/login', { email: 'demo@example.com', password: 'wrong' })
  await one.post('/auth/logout')
  t.notMatch(one.seen.join('\n'), /eyJ/)
})

test('T-12 tokens, passwords and codes are never logged, at debug level either', async t => {
  const { browser, logs, cognito } = await startService(t, { env: { LOG_LEVEL: 'trace' } })
  await cognito.patchPool({ accessTokenSeconds: 1 })
  const one = browser()
  await one.login()
  await sleep(1050)
  await one.get('/api/hello')
  await one.post('/auth/login', { email: 'demo@example.com', password: 'Wrong-Password-9' })
  await cognito.fault({ operation: 'InitiateAuth', times: 1, status: 500 })
  await one.post('/auth/login', { email: 'demo@example.com', password: 'Wrong-Password-9' })
  await one.post('/auth/logout')
  const text = logs.join('\n')
  t.ok(logs.length > 10)
  t.notMatch(text, /eyJ|Correct-Horse|Wrong-Password/)
})

test('S-16 a dump of Redis shows no token, no address and no cookie value', async t => {
  const redis = await startRedis(t)
  const { browser } = await startService(t, { env: { REDIS_URL: redis.url } })
  const one = browser()
  await one.login()
  const keys = [await redis.cli('KEYS', '*')].flat().map(String)
  t.ok(keys.length >= 2)
  const dump = [...keys]
  for (const key of keys) dump.push(String(await redis.cli('GET', key)))
  t.notMatch(dump.join('\n'), /eyJ|demo@example\.com|127\.0\.0\.1/)
  t.equal(dump.join('\n').includes(one.sessionId ?? '?'), false)
})
