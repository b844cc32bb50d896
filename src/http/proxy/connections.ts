/** Connections to the API: straight to it, or by a proxy. */

import type { Socket } from 'node:net'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import { throughProxy } from '../../egress/tunnel.ts'

/** The part of undici that calls need: paths are those of one origin. */
export interface Connections {
  dispatch(
    options: Omit<Dispatcher.DispatchOptions, 'origin'>,
    handler: Dispatcher.DispatchHandler
  ): boolean
  destroy(): Promise<void>
}

/** @param proxy URL of the proxy, with its user and password where it wants them */
export function connect(origin: string, connections: number, proxy?: string): Connections {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    headersTimeout: 30_000,
    // Does not run while an answer is held back, because the browser is slow or gone: that is `stalled`.
    bodyTimeout: 60_000,
    connect: apiConnector(proxy)
  })
}

// Connections to the API, with what undici lacks beside servers that do not keep to the letter of HTTP.

type WriteDone = (error?: Error | null) => void

/** Errors of connections that had served a request before, and died of another without a byte. */
const diedUnheard = new WeakSet<Error>()

/** @param proxy URL of the proxy that the API is reached by. Undefined: it is reached directly. */
export function apiConnector(proxy?: string): buildConnector.connector {
  // True is the default; who stands in the way would get the access token.
  const direct = buildConnector({ rejectUnauthorized: true })
  const connect = proxy === undefined ? direct : throughProxy(proxy, direct)
  return (options, callback) => {
    connect(options, (...outcome) => {
      const [, socket] = outcome
      if (socket) adapt(socket)
      callback(...outcome)
    })
  }
}

/**
 * Whether a connection that had been kept alive has died: the API had closed it before it saw the request
 * (RFC 9112 section 9.3.1).
 */
export const isDeadKeptAlive = (error: Error): boolean => diedUnheard.has(error)

function adapt(socket: Socket): void {
  watchRequests(socket)
  readBeforeFailing(socket)
}

/**
 * Notes what a connection dies of. `bytesRead` would not do: a proxy and TLS have spoken before the first request.
 *
 * undici ends a connection on which it meets a 100 (Continue) that it did not ask for; a client must be able to
 * read one all the same (RFC 9110 section 15.2). As 102 (Processing) it passes.
 */
function watchRequests(socket: Socket): void {
  const { read, write } = socket
  let requests = 0
  let isHeard = false
  let awaitsHead = false
  Object.assign(socket, {
    write(...args: unknown[]) {
      // undici writes the head of a request as text; so does it the sizes of chunks, which begin otherwise.
      const [chunk] = args
      if (typeof chunk === 'string' && /^[A-Z]/.test(chunk)) {
        requests += 1
        isHeard = false
        awaitsHead = true
      }
      return Reflect.apply(write, socket, args)
    },
    read(size?: number) {
      const chunk: Buffer | null = read.call(socket, size)
      if (chunk !== null) isHeard = true
      if (awaitsHead && chunk !== null) awaitsHead = renameContinue(chunk)
      return chunk
    }
  })
  // Whatever ends a connection under undici is such an error, the regular end of the other side included.
  socket.on('error', error => {
    if (requests > 1 && !isHeard) diedUnheard.add(error)
  })
}

/** Changes the bytes. Returns whether the head of the answer itself is still to come. */
function renameContinue(chunk: Buffer): boolean {
  let start = 0
  while (start < chunk.length) {
    const status = chunk.toString('latin1', start, start + 12)
    if (!/^HTTP\/1\.. 1/.test(status)) return false
    if (status.endsWith('100')) chunk.write('102', start + 9, 'latin1')
    const end = chunk.indexOf('\r\n\r\n', start)
    if (end === -1) return true
    start = end + 4
  }
  return true
}

/**
 * An API may answer before it has read all of a request, and close. Then a write fails, and Node would destroy
 * the connection with the answer unread; so the failure is reported once there is nothing more to read.
 */
function readBeforeFailing(socket: Socket): void {
  const { _write, _writev } = socket
  const late = (done: WriteDone) => (error?: Error | null) => {
    if (!error || socket.destroyed || socket.readableEnded) done(error)
    else socket.once('end', () => done(error)).once('close', () => done(error))
  }
  socket._write = (chunk, encoding, done) => _write.call(socket, chunk, encoding, late(done))
  if (_writev) socket._writev = (chunks, done) => _writev.call(socket, chunks, late(done))
}
