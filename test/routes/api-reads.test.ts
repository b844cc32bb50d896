/** What a page can set no header on: images, downloads, event streams. */
import { test } from 'tap'
import { beforeApi } from '../support/api.ts'

const plain = (dest: string, more: Record<string, string> = {}) => ({
  headers: {
    'x-csrf': undefined,
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'no-cors',
    'sec-fetch-dest': dest,
    ...more
  }
})

test('X-13 images, media, downloads and event streams need no header, code and frames do', async t => {
  let calls = 0
  const { one } = await beforeApi(t, (_request, response) => {
    calls += 1
    response.setHeader('content-type', 'image/svg+xml')
    response.end('<svg xmlns="http://www.w3.org/2000/svg"/>')
  })
  for (const dest of ['empty', 'image', 'audio', 'video', 'document']) {
    t.equal((await one.get('/api/x', plain(dest))).status, 200, dest)
    t.equal((await one.call('HEAD', '/api/x', plain(dest))).status, 200, dest)
  }
  t.equal(calls, 10)
  for (const dest of ['script', 'style', 'worker', 'serviceworker', 'iframe', 'object', 'font']) {
    t.equal((await one.get('/api/x', plain(dest))).json.code, 'csrf_rejected', dest)
  }
  for (const site of ['cross-site', 'same-site', 'none']) {
    const answer = await one.get('/api/x', plain('image', { 'sec-fetch-site': site }))
    t.equal(answer.json.code, 'csrf_rejected', site)
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    t.equal((await one.call(method, '/api/x', plain('empty'))).json.code, 'csrf_rejected', method)
  }
  for (const path of ['/auth/session', '/auth/profile', '/api', '/auth/nothing']) {
    t.equal((await one.get(path, plain('empty'))).json.code, 'csrf_rejected', path)
  }
  t.equal(calls, 10, 'what is refused never reaches the API')
})

test('X-14 what a user uploaded to the API cannot become code of this origin', async t => {
  const { one } = await beforeApi(t, ({ url }, response) => {
    response.setHeader('content-type', 'text/html')
    if (url === '/named') {
      response.setHeader('content-disposition', `inline; filename="a;b.html"; filename*=UTF-8''a`)
    }
    response.end('<script>alert(1)</script>')
  })
  const shown = await one.get('/api/x', plain('document', { 'sec-fetch-mode': 'navigate' }))
  t.equal(shown.headers['content-disposition'], 'attachment')
  const named = await one.get('/api/named', plain('empty', { 'sec-fetch-mode': 'navigate' }))
  t.equal(
    named.headers['content-disposition'],
    `attachment; filename="a;b.html"; filename*=UTF-8''a`
  )
  const fetched = await one.get('/api/x')
  t.equal(fetched.headers['content-disposition'], undefined)
  for (const { headers } of [shown, named, fetched, await one.get('/api/x', plain('image'))]) {
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.match(headers['content-security-policy'], /default-src 'none'.*;sandbox$/)
    t.match(headers.vary, 'Sec-Fetch-Dest, Sec-Fetch-Site')
    t.equal(headers['cache-control'], 'no-store')
  }
})
