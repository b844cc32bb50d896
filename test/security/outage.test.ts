import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

test('O-01 O-02 with Redis gone a cookie gets 503 and is kept, without one all is as ever', async t => {
  const redis = await startRedis(t)
  const { browser } = await startService(t, { env: { REDIS_URL: redis.url } })
  const one = browser()
  await one.login()
  const id = one.sessionId
  t.equal((await one.get('/readyz')).status, 200)
  await redis.stop()
  for (const path of ['/auth/session', '/auth/profile', '/api/hello']) {
    const answer = await one.get(path)
    t.equal(answer.status, 503, path)
    t.equal(answer.json.code, 'store_unavailable')
    t.ok(Number(answer.headers['retry-after']) > 0)
    t.same(answer.cookies, [], 'the cookie is kept')
  }
  t.equal((await one.get('/readyz')).status, 503)
  t.equal((await one.get('/healthz')).status, 200)
  t.same((await browser().get('/auth/session')).json, { authenticated: false })
  t.equal((await browser().get('/auth/profile')).status, 401)
  const login = await browser().post('/auth/login', {
    email: 'demo@example.com',
    password: 'Correct-Horse-9'
  })
  t.equal(login.json.code, 'store_unavailable')
  t.same(login.cookies, [])
  t.equal(one.sessionId, id)
})

test('O-14 a logout that met no store is carried out when there is one again', async t => {
  const redis = await startRedis(t, ['--appendonly', 'yes'])
  const { browser } = await startService(t, { env: { REDIS_URL: redis.url } })
  const [one, other] = [browser(), browser()]
  await one.login()
  await other.login()
  await redis.stop()
  const logout = await one.post('/auth/logout')
  t.match(logout, { status: 503, json: { code: 'store_unavailable' } })
  t.same(logout.cookies, [], 'the cookie is kept: the browser may ask again')
  t.equal((await other.get('/auth/session')).status, 503)
  await redis.start()
  const isOver = async () => (await one.get('/auth/profile')).status === 401
  while (!(await isOver())) await sleep(50)
  t.match((await other.get('/auth/session')).json, { authenticated: true }, 'nobody else’s')
  t.equal((await one.post('/auth/logout')).status, 204)
})

test('what Cognito gave for a login that could not be stored is revoked, once', async t => {
  const redis = await startRedis(t)
  const { browser, cognito } = await startService(t, { env: { REDIS_URL: redis.url } })
  // It answers, but takes no new session.
  await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
  const login = await browser().post('/auth/login', {
    email: 'demo@example.com',
    password: 'Correct-Horse-9'
  })
  t.equal(login.status, 503)
  let revoked = 0
  while (revoked === 0) revoked = (await cognito.calls()).RevokeToken ?? 0
  t.equal(revoked, 1)
})

test('a sign-up succeeds while Redis is away: the account is created', async t => {
  const redis = await startRedis(t)
  const { browser, cognito } = await startService(t, { env: { REDIS_URL: redis.url } })
  await redis.stop()
  const email = 'ann@example.com'
  const one = browser()
  const account = { email, password: 'Correct-Horse-9', givenName: 'Ann' }
  const signUp = await one.post('/auth/signup', account)
  t.equal(signUp.status, 201, signUp.text)
  t.same(signUp.cookies, [])
  const confirm = async () =>
    one.post('/auth/signup/confirm', { email, code: await cognito.code(email) })
  // The browser is not remembered: what it confirms has to be written down first.
  t.equal((await confirm()).json.code, 'store_unavailable')
  await redis.start()
  while ((await one.get('/readyz')).status !== 200) await sleep(50)
  t.equal((await confirm()).status, 200)
})

test('the service starts while Redis is away and recovers by itself', async t => {
  const redis = await startRedis(t)
  await redis.stop()
  const { browser } = await startService(t, { env: { REDIS_URL: redis.url } })
  const one = browser()
  t.equal((await one.get('/readyz')).status, 503)
  await redis.start()
  const deadline = Date.now() + 10_000
  while ((await one.get('/readyz')).status !== 200 && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  await one.login()
  t.equal((await one.get('/auth/profile')).status, 200)
})

test('an anonymous request that is no login never touches the store', async t => {
  const redis = await startRedis(t)
  const { browser } = await startService(t, { env: { REDIS_URL: redis.url } })
  const count = async () => {
    const stats = String(await redis.cli('INFO', 'commandstats'))
    const calls = [...stats.matchAll(/cmdstat_(get|set|evalsha|eval|exists):calls=(\d+)/g)]
    return calls.reduce((sum, [, , n]) => sum + Number(n), 0)
  }
  const before = await count()
  for (const path of ['/', '/auth/session', '/auth/profile', '/api/hello', '/nothing']) {
    await browser().get(path)
  }
  t.equal(await count(), before)
  // The start has stored the shared secret.
  await redis.cli('CONFIG', 'RESETSTAT')
  await browser().post('/auth/login', { email: 'demo@example.com', password: 'wrong' })
  const asked = String(await redis.cli('INFO', 'commandstats'))
  t.notMatch(asked, /cmdstat_set:/, 'a login asks what time it is, and a failed one no more')
})
