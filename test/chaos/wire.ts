/** A TCP wire to Redis that can be cut, slowed down, or left hanging half open. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Scope } from '../support/redis.ts'

export interface Wire {
  /** As the given URL, through the wire. */
  readonly url: string
  /** From now on every piece of data takes this long, each way (ms). */
  delay(ms: number): void
  /** Nothing is forwarded any more and nobody is told: packets are lost, connections stay. */
  hang(): void
  /** Connections are closed, new ones too. */
  cut(): void
  /**
   * Breaks when so many more pieces have come from this side. `cut`: the last of them does not arrive;
   * `hang`: its answer does not.
   */
  breakAfter(pieces: number, how: 'cut' | 'hang'): void
  /** All is well for connections made from now on; those that hung are closed. */
  mend(): void
}

export async function startWire(scope: Scope, target: string): Promise<Wire> {
  const { port } = new URL(target)
  const sockets = new Set<Socket>()
  let state: 'whole' | 'hanging' | 'cut' = 'whole'
  let delay = 0
  let breaking: { left: number; readonly how: 'cut' | 'hang' } | undefined

  /** How the wire breaks at this piece, if it does. */
  function breaksHere(): 'cut' | 'hang' | undefined {
    if (breaking === undefined) return undefined
    breaking.left -= 1
    if (breaking.left > 0) return undefined
    const { how } = breaking
    breaking = undefined
    return how
  }

  function forward(from: Socket, to: Socket, isNear: boolean): void {
    from.on('data', data => {
      if (state !== 'whole') return
      const breaks = isNear ? breaksHere() : undefined
      if (breaks === 'cut') return wire.cut()
      if (delay === 0) to.write(data)
      else setTimeout(() => state === 'whole' && to.write(data), delay)
      if (breaks === 'hang') wire.hang()
    })
    from.on('close', () => to.destroy())
    from.on('error', () => to.destroy())
  }
  // Not resetAndDestroy(): on a socket that is just ending, Node 20 leaves a handle that never closes.
  const reset = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer(near => {
    sockets.add(near)
    near.on('close', () => sockets.delete(near))
    if (state === 'cut') return void near.destroy()
    const far = connect(Number(port), '127.0.0.1')
    near.setNoDelay(true)
    far.setNoDelay(true)
    forward(near, far, true)
    forward(far, near, false)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.teardown(() => {
    server.close()
    reset()
  })
  const address = server.address() as AddressInfo // a TCP server has one
  const wire: Wire = {
    url: `redis://127.0.0.1:${address.port}`,
    delay(ms) {
      delay = ms
    },
    hang() {
      state = 'hanging'
    },
    cut() {
      state = 'cut'
      reset()
    },
    breakAfter(pieces, how) {
      breaking = { left: pieces, how }
    },
    mend() {
      breaking = undefined
      const hung = state !== 'whole'
      state = 'whole'
      delay = 0
      if (hung) reset()
    }
  }
  return wire
}
