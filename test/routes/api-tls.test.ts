/** An API behind TLS: the access token goes to nobody who cannot prove to be it. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'tap'
import { startService } from '../support/service.ts'

const fixture = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/${name}`, import.meta.url))

test('an upstream with an untrusted certificate is not called', async t => {
  let calls = 0
  const keys = { key: fixture('self-signed-key.pem'), cert: fixture('self-signed-cert.pem') }
  const server = createServer(keys, (_request, response) => {
    calls += 1
    response.end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo // a TCP server has one
  const { browser } = await startService(t, {
    env: { API_UPSTREAM: `https://127.0.0.1:${port}` }
  })
  const one = browser()
  await one.login()
  const { status, json } = await one.get('/api/things')
  t.equal(calls, 0, 'it has not seen the token')
  t.equal(status, 502)
  t.equal(json.code, 'upstream_error')
})
