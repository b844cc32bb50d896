/** How the built page is served: what may be cached, in which encoding, and who gets the index. */
import { rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { test } from 'tap'
import page from '../../routes/page.ts'
import { startService } from '../support/service.ts'

interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** `fetch` would decompress and add headers of its own. */
const get = (url: string, headers: Record<string, string> = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const asked = request(url, { headers }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () => {
        const { statusCode: status, headers } = response
        resolve({ status, headers, body: Buffer.concat(chunks) })
      })
    })
    asked.on('error', reject).end()
  })

const asPerson = { 'sec-fetch-mode': 'navigate' }

test('a navigation to any address gives the index, which is never taken from a cache unasked', async t => {
  const { url } = await startService(t)
  for (const path of ['/', '/profile', '/index.html', '/security/mfa?x=1']) {
    const { status, headers, body } = await get(url + path, asPerson)
    t.equal(status, 200, path)
    t.equal(headers['cache-control'], 'no-cache', path)
    t.match(headers['content-type'], 'text/html')
    t.match(body.toString(), '<div id="app">')
  }
})

test('what the index names is hashed and cached for ever', async t => {
  const { url } = await startService(t)
  const { body } = await get(`${url}/`, asPerson)
  const files = [...body.toString().matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
    ([, path = '']) => path
  )
  t.ok(files.length >= 2, files.join())
  for (const file of files) {
    const { status, headers } = await get(`${url}${file}`)
    t.equal(status, 200, file)
    t.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
  }
})

test('an index that lies below another folder of that name is not cached for ever', async t => {
  const root = join(
    t.testdir({ assets: { 'index.html': '<p>', assets: { 'a-1.js': '1' } } }),
    'assets'
  )
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(page, { root })
  const cached = async (url: string) =>
    (await app.inject({ url, headers: asPerson })).headers['cache-control']
  t.equal(await cached('/'), 'no-cache')
  t.equal(await cached('/profile'), 'no-cache')
  t.match(await cached('/assets/a-1.js'), 'immutable')
})

test('a page of one’s own takes the place of the one that comes along', async t => {
  const folder = t.testdir({ 'index.html': '<p>mine', assets: { 'a-1.js': '1' } })
  const { url } = await startService(t, { env: { PAGE_DIRECTORY: folder } })
  for (const path of ['/', '/any/view']) {
    const { body, headers } = await get(url + path, { ...asPerson, 'accept-encoding': 'br, gzip' })
    t.equal(body.toString(), '<p>mine', 'what is not compressed is served as it is')
    t.match(headers['content-security-policy'], /script-src 'self'/)
  }
  t.match((await get(`${url}/assets/a-1.js`)).headers['cache-control'], 'immutable')
})

for (const [encoding, decode] of [
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync]
] as const) {
  test(`a browser that takes ${encoding} gets it, and the same file`, async t => {
    const { url } = await startService(t)
    const { body } = await get(`${url}/`, asPerson)
    const [, script = ''] = /src="([^"]+\.js)"/.exec(body.toString()) ?? []
    for (const path of ['/', script]) {
      const plain = await get(`${url}${path}`, asPerson)
      const packed = await get(`${url}${path}`, { ...asPerson, 'accept-encoding': encoding })
      t.equal(plain.headers['content-encoding'], undefined, path)
      t.equal(packed.headers['content-encoding'], encoding, path)
      t.match(packed.headers.vary, /accept-encoding/i, 'a shared cache keeps the two apart')
      t.ok(decode(packed.body).equals(plain.body), path)
      t.ok(packed.body.length < plain.body.length)
    }
  })
}

test('a script that asks for what is not there gets a problem, not the index', async t => {
  const { url } = await startService(t)
  for (const path of ['/assets/gone.js', '/profile', '/assets/']) {
    const { status, headers } = await get(url + path, { 'sec-fetch-mode': 'no-cors' })
    t.equal(status, 404, path)
    t.match(headers['content-type'], 'application/problem+json')
  }
})

const asScript = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'script' }

test('X-19 files are looked up when they are asked for', async t => {
  const folder = t.testdir({ 'index.html': 'one', assets: { 'one-1.js': '1' }, sub: {} })
  const { url } = await startService(t, { env: { PAGE_DIRECTORY: folder } })
  const text = async (path: string) => (await get(url + path, asPerson)).body.toString()
  t.equal(await text('/'), 'one')
  writeFileSync(join(folder, 'index.html'), 'two')
  writeFileSync(join(folder, 'assets/two-2.js'), '2')
  writeFileSync(join(folder, 'sub/index.html'), 'below')
  t.equal(await text('/'), 'two')
  t.equal(await text('/any/view'), 'two')
  t.equal(await text('/assets/two-2.js'), '2')
  t.equal(await text('/sub/'), 'below')
  rmSync(join(folder, 'assets/one-1.js'))
  t.equal((await get(`${url}/assets/one-1.js`)).status, 404)
})

test('X-19 a part of a page that is not here is asked for again, elsewhere, and not for ever', async t => {
  const { url } = await startService(t)
  for (const dest of ['script', 'style', 'font', 'image']) {
    let path = '/assets/gone-1?v=1'
    let redirects = 0
    let answer = await get(url + path, { ...asScript, 'sec-fetch-dest': dest })
    while (answer.status === 307 && redirects < 50) {
      redirects++
      t.equal(answer.headers.connection, 'close')
      t.equal(answer.headers['cache-control'], 'no-store')
      path = String(answer.headers.location)
      t.match(path, /^\/assets\/gone-1\?v=1&attempt=\d+$/)
      answer = await get(url + path, { ...asScript, 'sec-fetch-dest': dest })
    }
    t.equal(redirects, 12)
    t.equal(answer.headers['cache-control'], 'no-store')
    t.equal(answer.status, dest === 'script' ? 200 : 404, dest)
  }
})

test('X-19 an index that is missing is waited for', async t => {
  const folder = t.testdir({ 'index.html': 'one' })
  const { url } = await startService(t, { env: { PAGE_DIRECTORY: folder } })
  rmSync(join(folder, 'index.html'))
  const { status, headers, body } = await get(`${url}/profile`, asPerson)
  t.equal(status, 503)
  t.equal(headers['retry-after'], '2')
  t.equal(headers['cache-control'], 'no-store')
  t.match(body.toString(), 'http-equiv="refresh"')
})

test('X-20 PAGE_CSP adds to the policy of the page, and to no other', async t => {
  const PAGE_CSP =
    "style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; img-src https://*.example.com; connect-src wss://events.example.com:8443/x; frame-src https://pay.example.com; form-action 'self'; style-src-elem 'unsafe-inline'"
  const { url } = await startService(t, { env: { PAGE_CSP } })
  const policyOf = async (path: string) =>
    String((await get(url + path, asPerson)).headers['content-security-policy'])
      .split(';')
      .sort()
  t.same(await policyOf('/'), [
    "base-uri 'none'",
    "connect-src 'self' wss://events.example.com:8443/x",
    "default-src 'none'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    'frame-src https://pay.example.com',
    "img-src 'self' data: blob: https://*.example.com",
    "script-src 'self'",
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "style-src-elem 'self' 'unsafe-inline'",
    "worker-src 'none'"
  ])
  t.notMatch((await policyOf('/auth/session')).join(), /self|example/)
})

test('nothing outside the folder is served', async t => {
  const { url } = await startService(t)
  for (const path of [
    '/%2e%2e/src/server.js',
    '/..%2fsrc/server.js',
    '/.page-built',
    '/assets/..%5c'
  ]) {
    const { body } = await get(url + path, asPerson)
    t.notMatch(body.toString(), /import|require/, path)
  }
})
