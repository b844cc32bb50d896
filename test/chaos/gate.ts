/** Stands between the service and Cognito and can hold an answer back that Cognito has given already. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Scope } from '../support/redis.ts'

export interface Held {
  /** Lets the answer go to who asked, if they are still there. */
  release(): void
}

export interface Gate {
  readonly url: string
  /** The next answer to this operation is held; settles when it is there. */
  hold(operation: string): Promise<Held>
}

export async function startGate(scope: Scope, target: string): Promise<Gate> {
  const { hostname, port } = new URL(target)
  const waiting: { operation: string; arrived: (held: Held) => void }[] = []

  function pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const { method, url: path, headers } = incoming
    const outgoing = request({ hostname, port, method, path, headers }, reply => {
      const release = () => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(answer)
      }
      const target = String(headers['x-amz-target'] ?? '')
      const index = waiting.findIndex(({ operation }) => target.endsWith(`.${operation}`))
      const [found] = index < 0 ? [] : waiting.splice(index, 1)
      if (found) found.arrived({ release })
      else release()
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  }

  const server = createServer(pass).listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address() as AddressInfo // a TCP server has one
  return {
    url: `http://127.0.0.1:${address.port}`,
    hold: operation => new Promise(arrived => waiting.push({ operation, arrived }))
  }
}
