/** TLS in front of a service, as a balancer has it. */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { join } from 'node:path'
import type { Test } from 'tap'
import { root } from '../../repo/sources.ts'

/** Listens on `port` of 127.0.0.1 and passes every request on to `target`, `Host` included. */
export async function startTlsFront(t: Test, port: number, target: string): Promise<void> {
  const pem = (name: string) => readFileSync(join(root, 'test/fixtures', `self-signed-${name}.pem`))
  const server = createServer({ key: pem('key'), cert: pem('cert') }, (incoming, outgoing) => {
    const { method, headers, url } = incoming
    const passed = request(`${target}${url}`, { method, headers, agent: false }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  t.teardown(() => server.close().closeAllConnections())
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
}
