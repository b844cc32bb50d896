import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'tap'
import { Browser } from '../support/browser.ts'
import { startCognito } from '../support/cognito.ts'
import { startProcess } from '../support/process.ts'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

const demo = { email: 'demo@example.com', password: 'Correct-Horse-9' }

/** A login that Cognito takes its time for, and proof that it has begun. */
async function slowLogin(t: Parameters<typeof startProcess>[0], delayMs: number, drain: string) {
  const cognito = await startCognito(t)
  const env = { COGNITO_ENDPOINT: cognito.url, DRAIN_SECONDS: drain }
  const service = startProcess(t, env)
  const browser = await service.browser()
  await cognito.fault({ operation: 'InitiateAuth', times: 1, delayMs })
  const login = browser.post('/auth/login', demo)
  login.catch(() => undefined)
  while (!(await cognito.calls()).InitiateAuth) await wait(10)
  return { service, login }
}

async function untilNotReady(browser: Browser): Promise<void> {
  while ((await browser.get('/readyz')).status !== 503) await wait(10)
}

test('after SIGTERM the service is not ready, but serves the requests that still come', async t => {
  const redis = await startRedis(t)
  const cognito = await startCognito(t)
  const env = { COGNITO_ENDPOINT: cognito.url, REDIS_URL: redis.url, DRAIN_SECONDS: '3' }
  const { child, ended, output, browser } = startProcess(t, env)
  const one = await browser()
  t.equal((await one.get('/readyz')).status, 200)
  child.kill('SIGTERM')
  await untilNotReady(one)
  const readiness = await one.get('/readyz')
  t.equal(readiness.json.code, 'service_unavailable')
  t.ok(Number(readiness.headers['retry-after']) > 0)
  t.equal((await one.get('/healthz')).status, 200, 'it is alive')
  for (let i = 0; i < 20; i++) {
    const answer = await one.get('/auth/session', { headers: { connection: 'keep-alive' } })
    t.equal(answer.status, 200)
    t.equal(answer.headers.connection, 'close')
  }
  t.equal((await one.post('/auth/login', demo)).status, 200, 'the store is still there')
  t.same(await ended, { code: 0, signal: null })
  // The SDK's advice on Node versions may come at any time.
  const lines = output()
    .split('\n')
    .filter(line => !line.includes('node_warning'))
  t.notMatch(lines.join('\n'), /"level":[456]0/, 'and no alarm is raised')
})

test('O-24 a request that is in flight when SIGTERM comes is answered', async t => {
  const { service, login } = await slowLogin(t, 1000, '0')
  service.child.kill('SIGTERM')
  const answer = await login
  t.equal(answer.status, 200)
  t.equal(answer.headers.connection, 'close')
  t.same(await service.ended, { code: 0, signal: null })
})

test('a second signal ends the process at once', async t => {
  const { service, login } = await slowLogin(t, 20_000, '0')
  service.child.kill('SIGTERM')
  while (!service.output().includes('"draining"')) await wait(10)
  service.child.kill('SIGTERM')
  await t.rejects(login)
  t.same(await service.ended, { code: 1, signal: null })
})

test('connections on which nothing was sent do not keep the process alive', async t => {
  const service = startProcess(t, { DRAIN_SECONDS: '0' })
  const socket = connect(Number(new URL(await service.url).port), '127.0.0.1')
  await once(socket, 'connect')
  const closed = once(socket, 'close')
  // An answer proves that the process has accepted the connection before.
  await (await service.browser()).get('/healthz')
  service.child.kill('SIGTERM')
  t.same(await service.ended, { code: 0, signal: null })
  await closed
})

test('O-24 a connection that was opened ahead may still be used when the listener closes', async t => {
  const { app, url } = await startService(t)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  // An answer proves that the service has accepted the connection before.
  await new Browser(url).get('/healthz')
  app.drain.begin()
  const finished = app.drain.finish()
  await wait(20)
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  t.match(await text(socket), /^HTTP\/1\.1 200 [\s\S]*connection: close/)
  await finished
})

test('O-24 Ctrl-C does not wait for balancers', async t => {
  const service = startProcess(t, { DRAIN_SECONDS: '60' })
  await service.url
  const since = performance.now()
  service.child.kill('SIGINT')
  t.same(await service.ended, { code: 0, signal: null })
  t.ok(performance.now() - since < 60_000, 'it would have taken a minute and more')
})

test('the end of the parent process counts as a signal, once', async t => {
  const { service, login } = await slowLogin(t, 1000, '0')
  service.child.kill('SIGTERM')
  service.child.disconnect()
  t.equal((await login).status, 200, 'it is no second signal')
  t.same(await service.ended, { code: 0, signal: null })
  const orphan = startProcess(t, { DRAIN_SECONDS: '0' })
  await orphan.url
  orphan.child.disconnect()
  t.same(await orphan.ended, { code: 0, signal: null })
})
