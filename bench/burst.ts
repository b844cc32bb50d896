/** Many requests in one moment, over connections that are open already. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface BurstAnswer {
  readonly ok: boolean
  /** From the moment of the burst to the last byte of the answer. */
  readonly ms: number
}

export interface Burst {
  /** One GET on every connection at once. */
  fire(path: string, headers: Readonly<Record<string, string>>): Promise<BurstAnswer[]>
  close(): void
}

/**
 * By bare sockets: an HTTP client in JavaScript needs more time for a request than the service, and one that
 * sends hundreds at once would measure itself.
 */
export async function openBurst(urls: readonly string[]): Promise<Burst> {
  const sockets = urls.map(url => {
    const { hostname, port } = new URL(url)
    return connect({ host: hostname, port: Number(port), noDelay: true })
  })
  await Promise.all(sockets.map(socket => once(socket, 'connect')))
  return {
    fire(path, headers) {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: bench\r\n${lines.join('')}\r\n`)
      const begun = performance.now()
      return Promise.all(sockets.map(socket => ask(socket, request, begun)))
    },
    close() {
      for (const socket of sockets) socket.destroy()
    }
  }
}

function ask(socket: Socket, request: Buffer, begun: number): Promise<BurstAnswer> {
  return new Promise((resolve, reject) => {
    let text = ''
    const end = () => socket.off('data', hear).off('error', reject).off('close', broken)
    const broken = () => reject(new Error('A connection of the burst was closed'))
    function hear(chunk: Buffer): void {
      text += chunk.toString('latin1')
      if (!isComplete(text)) return
      end()
      resolve({ ok: text.startsWith('HTTP/1.1 200 '), ms: performance.now() - begun })
    }
    socket.on('data', hear).on('error', reject).on('close', broken).write(request)
  })
}

/**
 * Whether it is a whole answer.
 * @throws Error for one whose length is not told: the answers that are asked for here are small
 */
export function isComplete(text: string): boolean {
  const headEnds = text.indexOf('\r\n\r\n')
  if (headEnds === -1) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnds))?.[1]
  if (length === undefined)
    throw new Error(`An answer without a length: ${text.slice(0, headEnds)}`)
  return text.length - headEnds - 4 >= Number(length)
}
