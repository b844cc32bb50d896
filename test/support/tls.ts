/** Servers whose certificate only `NODE_EXTRA_CA_CERTS` makes good, as that of a private authority. */
import { readFileSync } from 'node:fs'
import { request as forward } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

const fixture = (what: string) =>
  new URL(`../../../test/fixtures/self-signed-${what}.pem`, import.meta.url).pathname

/** A certificate for 127.0.0.1 that vouches for itself: `file` is what NODE_EXTRA_CA_CERTS names. */
export const authority = {
  file: fixture('cert'),
  keyFile: fixture('key'),
  key: readFileSync(fixture('key')),
  cert: readFileSync(fixture('cert'))
} as const

/** URL of a TLS front that passes each request on to the http server at `behind`. */
export async function startTls(t: Test, behind: string): Promise<string> {
  const server = createServer(authority, (request, response) => {
    const { method, url, headers } = request
    const onward = forward(behind + url, { method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo // a TCP server has one
  return `https://127.0.0.1:${port}`
}
