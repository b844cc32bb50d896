import { test } from 'tap'
import { startService } from '../support/service.ts'

const paths: [method: string, path: string][] = [
  ['POST', '/auth/login'],
  ['GET', '/auth/session'],
  ['POST', '/auth/logout'],
  ['POST', '/auth/logout/all'],
  ['GET', '/auth/profile'],
  ['GET', '/api/hello'],
  ['DELETE', '/auth/nothing'],
  ['OPTIONS', '/auth/login'],
  ['OPTIONS', '/api/hello'],
  ['TRACE', '/api/hello']
]

test('X-01 X-07 every call without X-CSRF is refused before anything happens', async t => {
  const { browser, cognito } = await startService(t)
  const one = browser()
  await one.login()
  await cognito.reset()
  for (const [method, path] of paths) {
    for (const value of [undefined, '0', 'true']) {
      const answer = await one.call(method, path, { headers: { 'x-csrf': value } })
      t.equal(answer.status, 403, `${method} ${path} with ${value}`)
      t.equal(answer.json.code, 'csrf_rejected')
      t.equal(answer.headers['cache-control'], 'no-store')
    }
  }
  t.same(await cognito.calls(), {})
})

test('X-02 calls from other sites and sibling origins are refused', async t => {
  const { browser } = await startService(t)
  for (const site of ['cross-site', 'same-site', 'unheard-of']) {
    for (const [method, path] of paths) {
      const answer = await browser().call(method, path, { headers: { 'sec-fetch-site': site } })
      t.equal(answer.json.code, 'csrf_rejected', `${method} ${path} from ${site}`)
    }
  }
  for (const site of ['same-origin', 'none']) {
    const answer = await browser().get('/auth/session', { headers: { 'sec-fetch-site': site } })
    t.equal(answer.status, 200, site)
  }
})

test('X-03 without Fetch Metadata the Origin decides', async t => {
  const { browser } = await startService(t)
  for (const origin of [
    'https://evil.example',
    'null',
    'http://localhost:3001',
    'http://localhost:30000',
    'http://localhost:3000.evil.example',
    'evil+http://localhost:3000',
    'http://localhost'
  ]) {
    const answer = await browser().get('/auth/session', { headers: { origin } })
    t.equal(answer.json.code, 'csrf_rejected', origin)
    t.match(answer.json.detail, /This is not the origin/, 'the header was sent')
  }
  const own = await browser().get('/auth/session', { headers: { origin: 'http://localhost:3000' } })
  t.equal(own.status, 200)
})

test('X-04 only JSON bodies are read', async t => {
  const { browser } = await startService(t)
  const raw = 'email=demo@example.com&password=x'
  const types = ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data', 'x', '']
  for (const type of types) {
    const answer = await browser().call('POST', '/auth/login', {
      raw,
      headers: { 'content-type': type }
    })
    t.equal(answer.status, 415, type)
    t.equal(answer.json.code, 'unsupported_media_type')
  }
})

test('X-05 nothing happens on GET', async t => {
  const { browser } = await startService(t)
  const one = browser()
  await one.login()
  for (const path of ['/auth/logout', '/auth/logout/all', '/auth/login']) {
    t.equal((await one.get(path)).status, 405, path)
  }
  t.equal((await one.get('/auth/profile')).status, 200)
})

test('X-06 no CORS: a preflight is refused, no origin is ever allowed', async t => {
  const { browser } = await startService(t)
  for (const path of ['/auth/login', '/api/hello']) {
    const answer = await browser().call('OPTIONS', path, {
      headers: {
        'x-csrf': undefined,
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-csrf'
      }
    })
    t.equal(answer.status, 403, path)
    const named = Object.keys(answer.headers).filter(name => name.startsWith('access-control'))
    t.same(named, [], path)
  }
})

test('X-08 X-09 every answer bears the security headers; private ones are not stored', async t => {
  const { browser } = await startService(t, { env: { PUBLIC_ORIGIN: 'https://app.example.com' } })
  t.equal((await browser().get('/auth/%')).headers['x-content-type-options'], 'nosniff')
  for (const path of ['/', '/nothing', '/healthz', '/auth/session', '/auth/profile', '/auth/x']) {
    const { headers } = await browser().get(path)
    t.equal(headers['x-content-type-options'], 'nosniff', path)
    t.match(headers['content-security-policy'], "frame-ancestors 'none'", path)
    t.equal(headers['referrer-policy'], 'no-referrer', path)
    t.equal(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains', path)
    t.equal(headers['cross-origin-resource-policy'], 'same-origin', path)
    if (!path.startsWith('/auth')) continue
    t.equal(headers['cache-control'], 'no-store', path)
    t.match(headers.vary, 'Cookie', path)
  }
})

test('X-08 no cache keeps an answer to a probe', async t => {
  const { browser } = await startService(t)
  for (const path of ['/healthz', '/readyz']) {
    t.equal((await browser().get(path)).headers['cache-control'], 'no-store', path)
  }
})

test('what a browser shows bears the headers about showing, what a script reads does not', async t => {
  const { browser } = await startService(t)
  const page = (await browser().get('/docs')).headers
  t.match(page, { 'x-frame-options': 'DENY', 'cross-origin-opener-policy': 'same-origin' })
  t.match(page['content-security-policy'], "script-src 'self'")
  const data = (await browser().get('/auth/session')).headers
  t.equal(data['content-security-policy'], "default-src 'none';frame-ancestors 'none';sandbox")
  t.notOk('x-frame-options' in data)
})

test('X-10 logout clears what the browser keeps of the user', async t => {
  const { browser } = await startService(t)
  const one = browser()
  await one.login()
  // Not "cookies": browsers clear those of the whole registrable domain, of other services and ports, too.
  t.equal((await one.post('/auth/logout')).headers['clear-site-data'], '"cache", "storage"')
})
