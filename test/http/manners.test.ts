/** What HTTP has answers for: the questions of balancers, other methods, faulty requests. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { exceptionTable } from '../../src/cognito/exceptions/table.ts'
import { root } from '../repo/sources.ts'
import { startService } from '../support/service.ts'

const commit = '0123456789abcdef0123456789abcdef01234567'

test('O-21 balancers and callers get the answer HTTP has for them', async t => {
  const service = await startService(t, { env: { METRICS_PORT: '0', REVISION: commit } })
  const one = service.browser()
  const bare = { headers: { 'x-csrf': undefined, accept: undefined } }

  for (const path of ['/', '/healthz', '/readyz']) {
    const options = await one.call('OPTIONS', path, bare)
    t.match(options, { status: 204, text: '', headers: { allow: 'GET, HEAD, OPTIONS' } }, path)
    t.match(await one.call('HEAD', path, bare), { status: 200, text: '' }, path)
    const wrong = await one.call('DELETE', path, bare)
    t.match(wrong, { status: 405, json: { code: 'method_not_allowed' } }, path)
    t.equal(wrong.headers.allow, 'GET, HEAD, OPTIONS')
  }
  for (const [method, path, allow] of [
    ['GET', '/auth/login', 'POST'],
    ['OPTIONS', '/auth/login', 'POST'],
    ['PUT', '/auth/profile', 'GET, HEAD, PATCH'],
    ['PATCH', '/auth/sessions/x', 'DELETE'],
    ['POST', '/docs/json', 'GET, HEAD']
  ] as const) {
    const answer = await one.call(method, path)
    t.match(answer, { status: 405, headers: { allow } }, `${method} ${path}`)
  }
  t.equal((await one.call('GET', '/auth/login', bare)).status, 403, 'the gates come first')
  for (const path of ['/auth/nothing', '/nothing']) t.equal((await one.post(path)).status, 404)

  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.same((await one.get('/healthz')).json, { status: 'ok', version, commit })
  t.match(JSON.parse(service.logs[0] ?? ''), { version, commit, msg: 'cognito-bff starts' })
  t.match(
    await service.app.metrics?.render(),
    `bff_build_info{version="${version}",commit="${commit}"} 1`
  )

  service.app.drain.begin()
  t.equal((await one.call('OPTIONS', '/readyz', bare)).status, 503, 'no readiness, however asked')
  t.equal((await one.call('OPTIONS', '/healthz', bare)).status, 204)
})

test('O-21 every refusal as invalid names what is', async t => {
  const service = await startService(t, { env: { PHOTO_DIRECTORY: t.testdir() } })
  const one = service.browser()
  await one.login()
  for (const [method, path, call] of [
    ['POST', '/auth/login', { raw: '{' }],
    ['GET', '/auth/%zz', {}],
    ['DELETE', '/auth/sessions/x', { raw: '{"nonsense":1}' }],
    ['DELETE', '/auth/profile/photo', { raw: '{"nonsense":1}' }]
  ] as const) {
    const { status, json } = await one.call(method, path, call)
    t.equal(status, 400, `${method} ${path}`)
    t.match(json, { code: 'invalid_request', errors: [{ field: String, message: String }] })
  }
  for (const [name, rows] of exceptionTable) {
    for (const row of rows.filter(({ code }) => code === 'invalid_request')) {
      const errors = row.errors?.('whatever Cognito says')
      t.ok(errors?.length, `${name}: ${row.reason} names a field`)
    }
  }
})

test('O-21 HSTS is for subdomains, for the host alone, or off', async t => {
  const header = async (HSTS: string, PUBLIC_ORIGIN: string) => {
    const { browser } = await startService(t, { env: { HSTS, PUBLIC_ORIGIN } })
    return (await browser().get('/healthz')).headers['strict-transport-security']
  }
  const secure = 'https://app.example'
  t.equal(await header('subdomains', secure), 'max-age=31536000; includeSubDomains')
  t.equal(await header('host', secure), 'max-age=31536000')
  t.equal(await header('off', secure), undefined)
  t.equal(await header('subdomains', 'http://localhost:3000'), undefined)
})
