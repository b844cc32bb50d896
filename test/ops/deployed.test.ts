/** `npm run check:documents -- --url=…` sees an instance that the documents are not of. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { type Test, test } from 'tap'
import { root } from '../repo/sources.ts'
import { metricsUrl } from '../support/metrics.ts'
import { startService } from '../support/service.ts'
import { differences } from './deployed.ts'

async function start(t: Test) {
  const service = await startService(t, { env: { METRICS_PORT: '0' } })
  await service.browser().login()
  return { url: service.url, metricsUrl: metricsUrl(service) }
}

/** Another build: its texts are those of `origin` with one place changed. */
async function changed(t: Test, origin: string, from: string | RegExp, to: string) {
  const server = createServer(async (request, response) => {
    const answer = await fetch(origin + request.url)
    response.writeHead(answer.status).end((await answer.text()).replaceAll(from, to))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo // a TCP server has one
  return `http://127.0.0.1:${port}`
}

test('O-22 the documents are those of an instance of this checkout', async t => {
  const instance = await start(t)
  t.same(await differences(instance), [])
  t.same(await differences({ url: instance.url }), [], 'the metrics may be out of reach')
})

test('O-22 another build is recognised by its version, calls, errors, series and labels', async t => {
  const { url, metricsUrl } = await start(t)
  const cases: [from: string | RegExp, to: string, difference: RegExp, metrics?: true][] = [
    [/"version":"[\d.]+","commit"/g, '"version":"9.9.9","commit"', /^it is version 9\.9\.9/],
    ['"logOut"', '"logOff"', /calls\.md lacks POST \/auth\/logout logOff 204/],
    ['"/auth/logout/all"', '"/auth/logout/every"', /has POST \/auth\/logout\/all .* not served$/],
    ['"rate_limited"', '"too_many"', /errors\.md lacks too_many/],
    ['bff_logins_total', 'bff_entries_total', /operating\.md lacks bff_entries_total/, true],
    ['outcome="succeeded"', 'result="succeeded"', /bff_logins_total has the labels result/, true]
  ]
  for (const [from, to, difference, isOfMetrics] of cases) {
    const other = await changed(t, isOfMetrics ? metricsUrl : url, from, to)
    const found = await differences(isOfMetrics ? { url, metricsUrl: other } : { url: other })
    t.match(found.join('\n'), new RegExp(difference.source, 'm'), to)
  }
})

test('O-22 an instance that cannot be asked, or is not ready, is a difference', async t => {
  const server = createServer((_request, response) =>
    response.writeHead(503, { connection: 'close' }).end()
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server has one
  const url = `http://127.0.0.1:${port}`
  t.match(await differences({ url }), ['/healthz returns 503', '/readyz returns 503', /503/])
  server.close()
  await once(server, 'close')
  t.match(await differences({ url }), [
    /^\/healthz: .*ECONNREFUSED/,
    /ECONNREFUSED/,
    /ECONNREFUSED/
  ])
})

test('O-22 the program exits with what it has found', async t => {
  const { url, metricsUrl } = await start(t)
  const program = async (...args: string[]) => {
    const file = join(root, 'dist/test/ops/check-deployed.js')
    const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said, [code]] = await Promise.all([textOf(child.stdout), once(child, 'exit')])
    return { said, code }
  }
  t.match(await program(`${url}/`, metricsUrl), { code: 0, said: /metrics, 0 differences/ })
  t.match(await program(await changed(t, url, '"logOut"', '"logOff"')), {
    code: 1,
    said: /FAIL docs\/calls\.md lacks/
  })
})
