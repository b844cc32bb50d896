/** T-18: everything that leaves the machine goes by the proxy, through a real one. */
import { type Test, test } from 'tap'
import { startBucket } from '../support/bucket.ts'
import { startCognito } from '../support/cognito.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'
import { picture } from '../support/images.ts'
import { startCollector } from '../support/otlp.ts'
import { put } from '../support/photos.ts'
import { startProcess } from '../support/process.ts'
import { startService } from '../support/service.ts'
import { authority, startTls } from '../support/tls.ts'

const hostOf = (url: string) => new URL(url).host

test('T-18 Cognito, its keys, the bucket and traces go by the proxy; the API by its own switch', async t => {
  const proxy = await startConnectProxy(t)
  const bucket = await startBucket(t)
  const collector = await startCollector(t)
  const cognito = await startCognito(t)
  const env = {
    HTTP_PROXY: proxy.url.replace('//', '//user:pass%20word@'),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    API_UPSTREAM: `${cognito.url}/_local/api`,
    ...bucket.env
  }
  const { browser, app } = await startService(t, { cognito, env })
  const one = browser()
  await one.login()
  t.equal((await put(one, await picture('jpeg'))).status, 200)
  const beforeApi = proxy.targets.length
  t.equal((await one.get('/api/x')).status, 200)
  t.equal(proxy.targets.length, beforeApi, 'the API is reached directly')
  await app.close()
  const targets = new Set(proxy.targets)
  for (const url of [cognito.url, bucket.endpoint, collector.endpoint]) {
    t.ok(targets.has(hostOf(url)), `${url} of ${[...targets]}`)
  }
  t.ok(collector.spans.length > 0)
  const basic = `Basic ${Buffer.from('user:pass word').toString('base64')}`
  t.same(new Set(proxy.credentials), new Set([basic]))

  const switched = await startService(t, {
    cognito,
    env: { ...env, API_PROXY: 'on', NO_PROXY: hostOf(bucket.endpoint) }
  })
  const two = switched.browser()
  await two.login()
  const before = proxy.targets.length
  t.equal((await two.get('/api/x')).status, 200)
  t.ok(proxy.targets.length > before, 'the API, too')
})

/** A service whose Cognito is behind TLS, and behind a proxy. */
async function startBehind(t: Test, env: Readonly<Record<string, string>>) {
  const proxy = await startConnectProxy(t)
  const endpoint = await startTls(t, (await startCognito(t)).url)
  const service = startProcess(t, {
    COGNITO_ENDPOINT: endpoint,
    COGNITO_REGION: 'us-east-1',
    COGNITO_USER_POOL_ID: 'us-east-1_Local0001',
    COGNITO_CLIENT_ID: 'localclient0000000000000001',
    https_proxy: proxy.url,
    ...env
  })
  return { proxy, endpoint, service }
}

test('T-18 over TLS with a private authority, as a process with HTTPS_PROXY', async t => {
  const env = { NODE_EXTRA_CA_CERTS: authority.file }
  const { proxy, endpoint, service } = await startBehind(t, env)
  const one = await service.browser()
  await one.login()
  t.ok(proxy.targets.length > 1, 'a tunnel for its API, and one for the keys')
  t.ok(proxy.targets.every(target => target === hostOf(endpoint)))
})

test('T-18 a certificate that is not trusted is named in the log', async t => {
  const { service } = await startBehind(t, {})
  const one = await service.browser()
  const { status, json } = await one.post('/auth/login', {
    email: 'demo@example.com',
    password: 'Correct-Horse-9'
  })
  t.match({ status, code: json.code }, { status: 502, code: 'upstream_error' })
  service.child.kill()
  await service.ended
  t.match(service.output(), /"reason":"tls_certificate"/)
})
