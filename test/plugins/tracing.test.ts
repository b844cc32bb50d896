import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Test, test } from 'tap'
import { type Collector, startCollector } from '../support/otlp.ts'
import { startProcess } from '../support/process.ts'
import { startRedis } from '../support/redis.ts'
import { type Service, startService } from '../support/service.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const traceparent = `00-${traceId}-${spanId}-01`

async function traced(t: Test, env: Readonly<Record<string, string>> = {}) {
  const collector = await startCollector(t)
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, ...env }
  const service = await startService(t, { env: settings })
  return { collector, service }
}

/** Closing delivers what is left: then the collector has all there is. */
async function spansOf(service: Service, { spans }: Collector) {
  await service.app.close()
  return {
    spans,
    named: (name: string) => spans.filter(span => span.name === name),
    below: (parent: string | undefined) => spans.filter(span => span.parentSpanId === parent)
  }
}

test('a request makes a span, and every call of Redis and Cognito for it one below', async t => {
  const redis = await startRedis(t)
  const { collector, service } = await traced(t, { REDIS_URL: redis.url })
  const one = service.browser()
  await one.login()
  await one.get('/auth/profile?secret=1', { headers: { traceparent } })
  const { named, below, spans } = await spansOf(service, collector)
  const [login] = named('POST /auth/login')
  t.match(login, {
    kind: 2,
    parentSpanId: undefined,
    attributes: { 'http.request.method': 'POST', 'http.route': '/auth/login' }
  })
  const calls = below(login?.spanId)
  const names = calls.map(({ name }) => name)
  t.same(names.filter(name => name.startsWith('Cognito')).toSorted(), [
    'CognitoIdentityProvider/InitiateAuth',
    'CognitoIdentityProvider/RespondToAuthChallenge'
  ])
  t.ok(names.includes('SET'), 'the session is written')
  t.ok(calls.every(call => call.kind === 3 && call.traceId === login?.traceId))
  const [profile] = named('GET /auth/profile')
  t.match(profile, { traceId, parentSpanId: spanId })
  t.match(below(profile?.spanId), [
    {
      name: 'GET',
      attributes: {
        'db.system.name': 'redis',
        'db.operation.name': 'GET',
        'server.port': redis.port
      }
    },
    {
      name: 'CognitoIdentityProvider/GetUser',
      attributes: { 'rpc.method': 'GetUser', 'http.response.status_code': 200 }
    }
  ])
  t.notOk(
    spans.some(({ name }) => name === 'PING'),
    'what is done for nobody makes none'
  )
  t.equal(collector.resource['service.name'], 'cognito-bff')
})

test('the log and the spans name the same trace', async t => {
  const { collector, service } = await traced(t)
  const one = service.browser()
  const login = await one.login()
  await one.post('/auth/login', { email: 'demo@example.com', password: 'Wrong-Password-9' })
  const { named } = await spansOf(service, collector)
  const lines = service.logs.map(line => JSON.parse(line))
  const ofLogin = lines.filter(({ reqId }) => reqId === login.headers['x-request-id'])
  t.same(
    ofLogin.map(({ msg }) => msg),
    ['login.succeeded', 'request']
  )
  const [succeeded, failed] = named('POST /auth/login')
  for (const line of ofLogin) t.equal(line.traceId, succeeded?.traceId)
  const event = lines.find(line => line.event === 'login.failed')
  t.equal(event.traceId, failed?.traceId, 'behind the parsing of a body, too')
})

test('the API behind goes on from the span of the call to it', async t => {
  const seen: unknown[] = []
  const upstream = createServer((request, response) => {
    seen.push(request.headersDistinct.traceparent)
    response.writeHead(seen.length === 3 ? 500 : 200).end('{}')
  })
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  t.teardown(() => upstream.close())
  const { port } = upstream.address() as AddressInfo // a TCP server has one
  const { collector, service } = await traced(t, { API_UPSTREAM: `http://127.0.0.1:${port}` })
  const one = service.browser()
  await one.login()
  await one.get('/api/a?secret=1', { headers: { traceparent } })
  await one.get('/api/b')
  await one.get('/api/c')
  const { named, below } = await spansOf(service, collector)
  const requests = named('GET /api/*')
  const calls = requests.flatMap(request => below(request.spanId))
  t.match(calls[0], {
    name: 'GET',
    traceId,
    attributes: { 'server.port': port, 'http.response.status_code': 200 }
  })
  t.same(
    seen,
    calls.map(call => [`00-${call.traceId}-${call.spanId}-01`])
  )
  t.match(calls[2], { isError: true, attributes: { 'error.type': '500' } })
})

test('failures are marked by a word, refusals are not failures', async t => {
  const redis = await startRedis(t)
  const { collector, service } = await traced(t, { REDIS_URL: redis.url })
  const one = service.browser()
  await one.login()
  await service.cognito.fault({ operation: 'GetUser', times: 1, status: 500 })
  await one.get('/auth/profile')
  await service.browser().get('/auth/profile')
  await redis.stop()
  await one.get('/auth/session')
  const { named, below } = await spansOf(service, collector)
  const [failed, refused] = named('GET /auth/profile')
  t.match(failed, { isError: true, attributes: { 'error.type': 'cognito_unavailable' } })
  const [call] = named('CognitoIdentityProvider/GetUser')
  t.match(call, { isError: true, attributes: { 'error.type': '500' } })
  t.match(refused, { isError: false, attributes: { 'error.type': 'unauthenticated' } })
  const [session] = named('GET /auth/session')
  t.match(below(session?.spanId)[0], { name: 'GET', isError: true })
})

test('no secret gets into a span: no key, no value, no query, no path, no address', async t => {
  const redis = await startRedis(t)
  const { collector, service } = await traced(t, { REDIS_URL: redis.url })
  const one = service.browser()
  await one.login()
  await one.get('/api/seed-path?token=seed-query', { headers: { 'x-seed': 'seed-header' } })
  await one.get('/auth/sessions')
  const keys = [await redis.cli('KEYS', '*')].flat().map(String)
  await one.post('/auth/logout')
  await spansOf(service, collector)
  const text = collector.bodies.join('')
  t.ok(collector.spans.length > 10)
  t.ok(keys.length > 1)
  t.notMatch(text, /seed-|eyJ|Correct-Horse|demo@example\.com|\b127\.0\.0\.1:\d+\/|bff:/)
  t.notMatch(text, one.sessionId ?? '?')
  for (const key of keys) t.notOk(text.includes(key.replace(/^.*\{|\}$/g, '')), 'nor a hash')
})

test('a caller who does not sample is not traced, a broken traceparent begins a trace', async t => {
  const { collector, service } = await traced(t)
  const one = service.browser()
  await one.get('/auth/session', { headers: { traceparent: traceparent.replace(/1$/, '0') } })
  await one.get('/auth/session', { headers: { traceparent: 'broken' } })
  const { spans } = await spansOf(service, collector)
  t.equal(spans.length, 1)
  t.match(spans[0], { parentSpanId: undefined })
})

test('probes of a balancer make no spans, nor do their calls of Redis', async t => {
  const redis = await startRedis(t)
  const { collector, service } = await traced(t, { REDIS_URL: redis.url })
  const one = service.browser()
  for (const path of ['/healthz', '/readyz', '/readyz?store=optional']) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const { status } = await one.call(method, path, { headers: { traceparent } })
      t.ok(status === 200 || status === 204, `${method} ${path}`)
    }
  }
  t.equal((await one.call('OPTIONS', '/')).status, 204)
  await one.get('/auth/session')
  const { spans } = await spansOf(service, collector)
  t.same(
    spans.map(({ name }) => name),
    ['GET /auth/session'],
    'as a call does'
  )
})

test('a collector that fails costs a line in the log and nothing else', async t => {
  const { collector, service } = await traced(t, { LOG_LEVEL: 'warn' })
  collector.answer(400)
  const one = service.browser()
  t.equal((await one.login()).status, 200)
  await service.app.close()
  t.match(service.logs.join(''), 'traces cannot be delivered')
})

test('what is off is not even loaded', async t => {
  const loaded = /node_modules\/(@opentelemetry\/sdk-trace-base|prom-client)\//
  const modules = async (env: Readonly<Record<string, string>>) => {
    const { url, child, ended, output } = startProcess(t, { NODE_DEBUG: 'module', ...env })
    await url
    child.kill('SIGINT')
    await ended
    return output()
  }
  const on = { METRICS_PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }
  t.match(await modules(on), loaded)
  t.notMatch(await modules({}), loaded)
})
