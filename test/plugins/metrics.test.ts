import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import { metricsUrl, scrape } from '../support/metrics.ts'
import { startRedis } from '../support/redis.ts'
import { startService, testKey } from '../support/service.ts'

const env = { METRICS_PORT: '0' }
const requests = 'bff_http_request_duration_seconds_count'
const wrong = { email: 'demo@example.com', password: 'Wrong-Password-9' }

test('requests are counted by method, route pattern and class of status, never by path', async t => {
  const service = await startService(t, { env })
  const one = service.browser()
  await one.get('/auth/session?a=b')
  await one.get('/auth/session', { headers: { 'x-csrf': undefined } })
  for (let i = 0; i < 5; i++) await one.get(`/auth/secret-${i}`)
  await one.login()
  for (let i = 0; i < 3; i++) await one.get(`/api/things/secret-${i}`)
  await one.call('POST', '/nowhere/secret')
  const { value, text, contentType } = await scrape(service)
  t.match(contentType, 'text/plain; version=0.0.4')
  t.equal(value(requests, { method: 'GET', route: '/auth/session', status: '2xx' }), 1)
  t.equal(value(requests, { method: 'GET', route: '/auth/session', status: '4xx' }), 1)
  t.equal(value(requests, { method: 'GET', route: '/auth/*', status: '4xx' }), 5)
  t.equal(value(requests, { method: 'GET', route: '/api/*', status: '2xx' }), 3)
  t.equal(value(requests, { method: 'POST', route: 'none', status: '4xx' }), 1)
  t.equal(value('bff_http_problems_total', { code: 'not_found' }), 6)
  t.equal(value('bff_http_requests_in_flight'), 0)
  t.ok(value('process_resident_memory_bytes') > 0)
  t.notMatch(text, /secret|demo@example\.com/)
})

test('O-22 a caller who hangs up counts as 4xx, not as a failure of the service', async t => {
  const service = await startService(t, { env })
  await service.cognito.fault({ operation: 'InitiateAuth', times: 1, delayMs: 300 })
  const login = request(`${service.url}/auth/login`, {
    method: 'POST',
    headers: { 'x-csrf': '1', 'content-type': 'application/json' }
  })
  login.on('error', () => undefined)
  login.end(JSON.stringify(wrong))
  while (!(await service.cognito.calls()).InitiateAuth) await sleep(5)
  login.destroy()
  const served = { method: 'POST', route: '/auth/login' }
  while ((await scrape(service)).value('bff_http_requests_in_flight') > 0) await sleep(5)
  const { value } = await scrape(service)
  t.equal(value(requests, { ...served, status: '4xx' }), 1)
  t.notOk(value(requests, { ...served, status: '5xx' }))
})

test('logins, cross-site calls and calls over a limit are counted by what came of them', async t => {
  const limited = { RATE_LIMIT_SCALE: '1', RATE_LIMIT_LOGIN_PER_ADDRESS: '3/60' }
  const service = await startService(t, { env: { ...env, ...limited } })
  const one = service.browser()
  await one.login()
  for (let i = 0; i < 3; i++) await one.post('/auth/login', wrong)
  await one.get('/auth/session', { headers: { 'sec-fetch-site': 'cross-site' } })
  await one.post('/auth/logout')
  const { value } = await scrape(service)
  t.equal(value('bff_logins_total', { outcome: 'succeeded' }), 1)
  t.equal(value('bff_logins_total', { outcome: 'invalid_credentials' }), 2)
  t.equal(value('bff_rate_limited_total', { limit: 'login address' }), 1)
  t.equal(value('bff_csrf_rejections_total', { reason: 'fetch_site' }), 1)
  t.equal(value('bff_events_total', { event: 'logout' }), 1)
})

test('calls of the store and of Cognito are timed by operation, failures apart', async t => {
  const redis = await startRedis(t)
  const service = await startService(t, { env: { ...env, REDIS_URL: redis.url } })
  const one = service.browser()
  await one.login()
  await one.get('/auth/session')
  await service.cognito.fault({ operation: 'GetUser', times: 1, status: 500 })
  await one.get('/auth/profile')
  t.equal((await scrape(service)).value('bff_redis_down'), 0)
  await redis.stop()
  await one.get('/auth/session')
  const { value } = await scrape(service)
  t.equal(value('bff_redis_down'), 1)
  const store = 'bff_store_duration_seconds_count'
  t.equal(value(store, { operation: 'create', outcome: 'ok' }), 1)
  t.equal(value(store, { operation: 'read', outcome: 'ok' }), 2)
  t.equal(value(store, { operation: 'read', outcome: 'store_unavailable' }), 1)
  const cognito = 'bff_cognito_duration_seconds_count'
  t.equal(value(cognito, { operation: 'signIn', outcome: 'ok' }), 1)
  t.equal(value(cognito, { operation: 'getUser', outcome: 'cognito_unavailable' }), 1)
})

test('refreshes, shared results, waits and reuse are counted', async t => {
  const redis = await startRedis(t)
  const first = await startService(t, { env: { ...env, REDIS_URL: redis.url } })
  const { cognito } = first
  const second = await startService(t, { env: { ...env, REDIS_URL: redis.url }, cognito })
  await cognito.patchPool({ accessTokenSeconds: 1, refreshRotation: true, retryGraceSeconds: 0 })
  const here = first.browser()
  await here.login()
  const there = second.browser()
  for (const [name, value] of here.jar) there.jar.set(name, value)
  await sleep(1050)
  await cognito.patchPool({ accessTokenSeconds: 300 })
  await cognito.fault({ operation: 'GetTokensFromRefreshToken', times: 1, delayMs: 500 })
  await Promise.all([here, here, here, there].map(browser => browser.get('/api/hello')))
  const figures = [await scrape(first), await scrape(second)]
  const sum = (name: string, labels = {}) =>
    figures.reduce((total, { value }) => total + value(name, labels), 0)
  t.equal(sum('bff_refresh_duration_seconds_count', { outcome: 'refreshed' }), 1)
  t.equal(sum('bff_refresh_shared_total'), figures[0]?.value('bff_refresh_shared_total'))
  t.equal(sum('bff_refresh_shared_total'), 2)
  t.equal(sum('bff_refresh_lease_wait_seconds_count'), 1)
})

test('a refresh token that Cognito saw twice is counted, and so is the session it ends', async t => {
  const service = await startService(t, { env })
  await service.cognito.patchPool({ accessTokenSeconds: 1 })
  const one = service.browser()
  await one.login()
  await sleep(1050)
  const error = 'RefreshTokenReuseException'
  await service.cognito.fault({ operation: 'GetTokensFromRefreshToken', times: 10, error })
  t.equal((await one.get('/api/hello')).json.code, 'session_expired')
  const { value } = await scrape(service)
  t.ok(value('bff_refresh_reuse_total') > 0)
  t.ok(value('bff_refresh_duration_seconds_count', { outcome: 'refused' }) > 0)
  t.equal(value('bff_sessions_ended_total', { reason: 'refresh_token_reused' }), 1)
})

test('metrics have a listener of their own and are never on the public one', async t => {
  const service = await startService(t, { env })
  const publicly = await service.browser().get('/metrics')
  t.equal(publicly.status, 404)
  t.notMatch(publicly.text, 'bff_')
  const url = metricsUrl(service)
  t.equal((await fetch(`${url}/metrics`)).status, 200)
  for (const path of ['/', '/auth/session', '/healthz', '/metrics/', '/metrics?x']) {
    t.equal((await fetch(url + path)).status, 404, path)
  }
  t.equal((await fetch(`${url}/metrics`, { method: 'POST' })).status, 404)
  await service.app.close()
  await t.rejects(fetch(`${url}/metrics`), 'they end with the service')
})

test('a metrics port that is taken stops the start', async t => {
  const first = await startService(t, { env })
  const { port } = new URL(metricsUrl(first))
  await t.rejects(startService(t, { env: { METRICS_PORT: port } }), { code: 'EADDRINUSE' })
})

test('without a port there are no metrics', async t => {
  const { app, logs } = await startService(t)
  t.equal(app.metrics, undefined)
  t.notMatch(logs.join(''), 'metrics')
})

test('what does not open is counted by reason, and stands at 0 before', async t => {
  const redis = await startRedis(t)
  const otherKey = Buffer.from('vutsrqponmlkjihgfedcba9876543210').toString('base64')
  // The second one has taken the newest key away too early.
  const first = await startService(t, {
    env: { ...env, REDIS_URL: redis.url, SESSION_KEYS: `${testKey},${otherKey}` }
  })
  const cognito = first.cognito
  const second = await startService(t, {
    env: { ...env, REDIS_URL: redis.url, SESSION_KEYS: otherKey },
    cognito
  })
  const one = first.browser()
  await one.login()
  const other = second.browser()
  for (const [name, value] of one.jar) other.jar.set(name, value)
  const series = 'bff_sessions_unreadable_total'
  t.match((await scrape(second)).text, `${series}{reason="unknown_key"} 0`)
  t.same((await other.get('/auth/session')).json, { authenticated: false })
  t.equal((await scrape(second)).value(series, { reason: 'unknown_key' }), 1)
})
