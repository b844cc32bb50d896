/** A load balancer as small as it can be: round robin over what is ready, connections kept alive. */
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Scope } from '../support/redis.ts'
import { ask } from './client.ts'

export interface Balancer {
  readonly url: string
  add(url: string): void
  remove(url: string): void
  /** Settles when a backend is, or is not, given requests. */
  when(url: string, isReady: boolean): Promise<void>
}

const checkEvery = 50

export async function startBalancer(scope: Scope): Promise<Balancer> {
  const backends = new Map<string, boolean>()
  const agent = new Agent({ keepAlive: true })
  let turn = 0

  const check = async (url: string) => {
    const { status } = await ask(url, '/readyz')
    if (backends.has(url)) backends.set(url, status === 200)
  }
  const checks = setInterval(() => {
    for (const url of backends.keys()) void check(url)
  }, checkEvery)

  function pass(incoming: IncomingMessage, answer: ServerResponse, tries: number): void {
    const ready = [...backends].filter(([, isReady]) => isReady).map(([url]) => url)
    const backend = ready[turn++ % ready.length]
    if (backend === undefined || tries === 0) return void answer.writeHead(502).end()
    const { method, headers } = incoming
    const outgoing = request(`${backend}${incoming.url}`, { method, headers, agent }, reply => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(answer)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // Nobody has begun to answer this: as nginx does, it goes to the next one where that is harmless.
      const isUnseen = error.code === 'ECONNREFUSED' || (outgoing.reusedSocket && method === 'GET')
      if (isUnseen && !answer.headersSent && method === 'GET') pass(incoming, answer, tries - 1)
      else answer.destroy()
    })
    incoming.pipe(outgoing)
  }

  const server = createServer((incoming, answer) => pass(incoming, answer, 3))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.teardown(() => {
    clearInterval(checks)
    agent.destroy()
    server.close()
    server.closeAllConnections()
  })
  const address = server.address() as AddressInfo // a TCP server has one
  return {
    url: `http://127.0.0.1:${address.port}`,
    add: url => void backends.set(url, false),
    remove: url => void backends.delete(url),
    async when(url, isReady) {
      while (backends.get(url) !== isReady) {
        await new Promise(resolve => setTimeout(resolve, checkEvery))
      }
    }
  }
}
