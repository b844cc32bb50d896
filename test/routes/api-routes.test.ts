/** Several APIs below /api, each with rules of its own. */
import { request } from 'node:http'
import { test } from 'tap'
import { beforeApi } from '../support/api.ts'
import { sessionCookie } from '../support/browser.ts'
import { moveClock } from '../support/moved-clock.ts'
import { startRedis } from '../support/redis.ts'

const routes = (...entries: Record<string, unknown>[]) => ({ API_ROUTES: JSON.stringify(entries) })

/** Says what it was asked, and with which token. */
const echo: Parameters<typeof beforeApi>[1] = ({ url, headers }, response) => {
  response.setHeader('content-type', 'application/json')
  const { authorization, 'x-forwarded-prefix': prefix } = headers
  response.end(JSON.stringify({ url, authorization, prefix }))
}

test('X-16 the longest path wins, at the borders of segments', async t => {
  const { one } = await beforeApi(
    t,
    echo,
    routes(
      { path: '/api', upstream: 'UPSTREAM/all' },
      { path: '/api/orders', upstream: 'UPSTREAM/orders/v1' },
      { path: '/api/orders/archive', upstream: 'UPSTREAM' }
    )
  )
  const cases = [
    ['/api/x', '/all/x', '/api'],
    ['/api/orders', '/orders/v1', '/api/orders'],
    ['/api/orders?a=b', '/orders/v1?a=b', '/api/orders'],
    ['/api/orders/', '/orders/v1/', '/api/orders'],
    ['/api/orders/7?a', '/orders/v1/7?a', '/api/orders'],
    ['/api/orders/archive', '/', '/api/orders/archive'],
    ['/api/orders/archive?a', '/?a', '/api/orders/archive'],
    ['/api/orders/archive/7', '/7', '/api/orders/archive'],
    ['/api/ordersx', '/all/ordersx', '/api'],
    ['/api/a/orders', '/all/a/orders', '/api']
  ]
  for (const [path = '', url, prefix] of cases) {
    t.match((await one.get(path)).json, { url, prefix, authorization: /^Bearer / }, path)
  }
})

test('X-16 nothing outside the paths of the routes is served', async t => {
  const { one } = await beforeApi(t, echo, routes({ path: '/api/orders', upstream: 'UPSTREAM' }))
  for (const path of ['/api', '/api/', '/api/x', '/api/ordersx', '/api/order']) {
    t.match((await one.get(path)).json, { code: 'not_found' }, path)
  }
})

test('X-16 the rules of a route cannot be got round by another way of writing its path', async t => {
  const urls: (string | undefined)[] = []
  const { one } = await beforeApi(
    t,
    ({ url }, response) => {
      urls.push(url)
      response.end()
    },
    routes(
      { path: '/api', upstream: 'UPSTREAM' },
      { path: '/api/admin', upstream: 'UPSTREAM/admin', groups: ['admins'] }
    )
  )
  t.match((await one.get('/api/admin/x')).json, { status: 403, code: 'forbidden' })
  t.match((await one.get('/api/admin')).json, { code: 'forbidden' })
  for (const path of [
    '/api/admin%2Fx',
    '/api/%61dmin/x',
    '/api/%2561dmin/x',
    '/api/Admin/x',
    '/api/admin;a=b/x',
    '/api/;/admin/x',
    '/api/%2Fadmin/x',
    '/api/admin%5Cx',
    '/api/admin%252Fx'
  ]) {
    t.match((await one.get(path)).json, { status: 400, code: 'invalid_request' }, path)
  }
  t.same(urls, [])
  t.equal((await one.get('/api/things/admin%2Fx')).status, 200)
})

test('X-16 a route may want a group of the pool, and a recent login', async t => {
  const clock = moveClock(t)
  const { browser, cognito } = await beforeApi(
    t,
    echo,
    routes(
      { path: '/api/admin', upstream: 'UPSTREAM', groups: ['owners', 'admins'] },
      { path: '/api/pay', upstream: 'UPSTREAM', maxAgeSeconds: 300 }
    )
  )
  const email = 'admin@example.com'
  await cognito.createUser({
    email,
    password: 'Correct-Horse-9',
    confirmed: true,
    groups: ['admins']
  })
  const admin = browser()
  await admin.login(email)
  const other = browser()
  await other.login()
  t.equal((await admin.get('/api/admin/x')).status, 200)
  t.match((await other.get('/api/admin/x')).json, { status: 403, code: 'forbidden' })
  t.match((await browser().get('/api/admin/x')).json, { status: 401 })
  t.equal((await other.get('/api/pay/x')).status, 200)
  clock.advance(301)
  t.match((await other.get('/api/pay/x')).json, { code: 'reauthentication_required' })
})

test('X-16 a route may do without a session, or without a token', async t => {
  const redis = await startRedis(t)
  const { one, browser } = await beforeApi(t, echo, {
    REDIS_URL: redis.url,
    ...routes(
      { path: '/api/open', upstream: 'UPSTREAM', session: 'none' },
      { path: '/api/maybe', upstream: 'UPSTREAM', session: 'optional' },
      { path: '/api/bare', upstream: 'UPSTREAM', token: 'none' }
    )
  })
  const anonymous = browser()
  for (const path of ['/api/open/x', '/api/maybe/x']) {
    const { status, json } = await anonymous.get(path)
    t.match({ status, token: json.authorization }, { status: 200, token: undefined }, path)
  }
  t.match((await anonymous.get('/api/bare/x')).json, { status: 401 })
  t.equal((await anonymous.get('/api/open/x', { headers: { 'x-csrf': undefined } })).status, 403)
  t.match((await one.get('/api/maybe/x')).json, { authorization: /^Bearer / })
  t.equal((await one.get('/api/bare/x')).json.authorization, undefined)
  await redis.cli('CONFIG', 'RESETSTAT')
  t.equal((await one.get('/api/open/x')).json.authorization, undefined)
  t.notMatch(String(await redis.cli('INFO', 'commandstats')), /cmdstat_get/, 'no session is read')
})

test('X-16 a body over the limit of its route is refused, with a length and without', async t => {
  let received = 0
  const { one } = await beforeApi(
    t,
    (incoming, response) => {
      incoming.on('data', ({ length }: Buffer) => {
        received += length
      })
      incoming.on('error', () => undefined).on('end', () => response.end('whole'))
    },
    routes({ path: '/api', upstream: 'UPSTREAM', bodyLimitMiB: 0.5 })
  )
  const half = 512 * 1024
  t.equal((await one.call('POST', '/api/x', { raw: 'x'.repeat(half) })).text, 'whole')
  received = 0
  const { status, json } = await one.call('POST', '/api/x', { raw: 'x'.repeat(half + 1) })
  t.match({ status, json }, { status: 413, json: { code: 'payload_too_large' } })
  t.equal(received, 0)
  const chunked = await new Promise(resolve => {
    const headers = {
      'x-csrf': '1',
      cookie: `${sessionCookie}=${one.sessionId}`,
      'transfer-encoding': 'chunked'
    }
    const call = request(`${one.origin}/api/x`, { method: 'POST', headers, agent: false })
    call.on('error', () => undefined).on('response', answer => resolve(answer.statusCode))
    call.write('x'.repeat(half))
    call.write('x'.repeat(half))
    t.teardown(() => call.destroy())
  })
  t.equal(chunked, 413)
  t.ok(received <= half + 1)
})

test('X-16 a route says how long its API may take to answer', async t => {
  const { one } = await beforeApi(
    t,
    () => undefined,
    routes({ path: '/api', upstream: 'UPSTREAM', timeoutSeconds: 1 })
  )
  t.match((await one.get('/api/x')).json, { status: 502, code: 'upstream_error' })
})

test('X-16 browsers may keep what a route lets them, for their user and purpose alone', async t => {
  const seen: (string | undefined)[] = []
  const { one } = await beforeApi(
    t,
    ({ url, headers }, response) => {
      seen.push(headers['if-none-match'])
      if (headers['if-none-match'] === '"1"') return void response.writeHead(304).end()
      response.setHeader('etag', '"1"')
      response.setHeader('vary', 'Accept-Language')
      if (url === '/said') response.setHeader('cache-control', 'public, max-age=60, s-maxage=600')
      if (url === '/never') response.setHeader('cache-control', 'no-store, max-age=60')
      response.end('kept')
    },
    routes(
      { path: '/api/kept', upstream: 'UPSTREAM', cache: 'upstream' },
      { path: '/api', upstream: 'UPSTREAM' }
    )
  )
  const control = async (method: string, path: string) =>
    (await one.call(method, path)).headers['cache-control']
  t.equal(await control('GET', '/api/kept/said'), 'private, max-age=60')
  t.equal(await control('GET', '/api/kept/unsaid'), 'private, no-cache')
  t.equal(await control('GET', '/api/kept/never'), 'no-store')
  t.equal(await control('POST', '/api/kept/said'), 'no-store')
  t.equal(await control('GET', '/api/said'), 'no-store')
  const { headers } = await one.get('/api/kept/said')
  t.equal(headers.vary, 'Cookie, Sec-Fetch-Dest, Sec-Fetch-Site, Accept-Language')
  t.equal(headers.etag, '"1"')
  const again = await one.get('/api/kept/said', { headers: { 'if-none-match': '"1"' } })
  t.equal(again.status, 304)
  t.match(again.headers.vary, 'Sec-Fetch-Dest')
})

test('X-16 the reference shows the routes, and not where they lead', async t => {
  const { one } = await beforeApi(
    t,
    echo,
    routes(
      { path: '/api/orders', upstream: 'UPSTREAM/secret-place', groups: ['admins'] },
      { path: '/api/open', upstream: 'UPSTREAM', session: 'none' }
    )
  )
  const { json, text } = await one.get('/docs/json')
  const { get } = json.paths['/api/orders/{path}']
  t.equal(get.operationId, 'callApiOrdersGet')
  t.match(get.description, 'in one of the groups admins')
  t.same(get.security, [{ session: [] }])
  t.same(json.paths['/api/open/{path}'].get.security, [{}, { session: [] }])
  t.notMatch(text, 'secret-place')
})
