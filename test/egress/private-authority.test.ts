/** T-18: what NODE_EXTRA_CA_CERTS vouches for is trusted everywhere, and nothing else is. */
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'
import { type ServiceProcess, startProcess } from '../support/process.ts'
import { startRedis } from '../support/redis.ts'
import { until } from '../support/redis-cluster.ts'
import { freePort } from '../support/redis-process.ts'
import { testKey } from '../support/service.ts'
import { authority, startTls } from '../support/tls.ts'

const trusting = { NODE_EXTRA_CA_CERTS: authority.file }

/** URL of a Redis that takes TLS alone. */
async function startTlsRedis(t: Test): Promise<string> {
  const port = await freePort()
  const { file, keyFile } = authority
  const files = ['--tls-cert-file', file, '--tls-key-file', keyFile, '--tls-ca-cert-file', file]
  await startRedis(t, ['--tls-port', `${port}`, ...files, '--tls-auth-clients', 'no'])
  return `rediss://127.0.0.1:${port}`
}

const login = { email: 'demo@example.com', password: 'Correct-Horse-9' }

async function logOf(service: ServiceProcess): Promise<string> {
  service.child.kill()
  await service.ended
  return service.output()
}

test('T-18 Redis by rediss:// with a private authority keeps sessions', async t => {
  const [url, cognito] = [await startTlsRedis(t), await startCognito(t)]
  const env = { REDIS_URL: url, COGNITO_ENDPOINT: cognito.url, SESSION_KEYS: testKey }
  const one = await startProcess(t, { ...env, ...trusting }).browser()
  t.equal((await one.get('/readyz')).status, 200)
  t.equal((await one.post('/auth/login', login)).status, 200)
  t.equal((await one.get('/auth/profile')).status, 200)
})

test('T-18 Redis whose certificate is not trusted is not used, and the log says what to do', async t => {
  const service = startProcess(t, { REDIS_URL: await startTlsRedis(t), SESSION_KEYS: testKey })
  const one = await service.browser()
  await until(async () => (await one.get('/readyz')).status === 503)
  t.match(
    await logOf(service),
    /"redis_down".*self-signed certificate.*\(127\.0\.0\.1:\d+\).*NODE_EXTRA_CA_CERTS/
  )
})

/** A service whose Cognito and API are reached over TLS, through a proxy over TLS. */
async function startBehind(t: Test, env: Readonly<Record<string, string>>) {
  const [cognito, proxy] = [await startCognito(t), await startConnectProxy(t, authority)]
  const endpoint = await startTls(t, cognito.url)
  const service = startProcess(t, {
    COGNITO_ENDPOINT: endpoint,
    COGNITO_REGION: 'us-east-1',
    COGNITO_USER_POOL_ID: 'us-east-1_Local0001',
    COGNITO_CLIENT_ID: 'localclient0000000000000001',
    API_UPSTREAM: `${endpoint}/_local/api`,
    API_PROXY: 'on',
    HTTPS_PROXY: proxy.url,
    ...env
  })
  return { proxy, endpoint, service }
}

test('T-18 a proxy by https:// with a private authority leads to Cognito, its keys and the API', async t => {
  const { proxy, endpoint, service } = await startBehind(t, trusting)
  const one = await service.browser()
  t.equal((await one.post('/auth/login', login)).status, 200)
  const before = proxy.targets.length
  t.equal((await one.get('/api/x')).status, 200)
  t.ok(before > 0 && proxy.targets.length > before)
  t.same(new Set(proxy.targets), new Set([new URL(endpoint).host]))
})

test('T-18 a proxy whose certificate is not trusted is given neither password nor token', async t => {
  const { proxy, service } = await startBehind(t, {})
  const one = await service.browser()
  t.match(await one.post('/auth/login', login), { status: 502, json: { code: 'upstream_error' } })
  t.match(await logOf(service), /"reason":"tls_certificate"/)
  t.same(proxy.targets, [])
})

test('T-18 an API by https:// with a private authority is called', async t => {
  const cognito = await startCognito(t)
  const api = await startTls(t, cognito.url)
  const env = { COGNITO_ENDPOINT: cognito.url, API_UPSTREAM: `${api}/_local/api` }
  const one = await startProcess(t, { ...env, ...trusting }).browser()
  t.equal((await one.post('/auth/login', login)).status, 200)
  t.equal((await one.get('/api/x')).status, 200)
})
