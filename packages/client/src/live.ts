/** Live connections to an API behind `/api`: they come back by themselves, and stop when the session has ended. */

// What is used of the browser: the client is compiled for programs in Node, too.
interface Socket {
  onopen: ((event: never) => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null
  readonly readyState: number
  send(data: string | Blob | ArrayBuffer): void
  close(code?: number): void
}

interface Source {
  onopen: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  readonly readyState: number
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void
  close(): void
}

interface Browser {
  readonly WebSocket?: new (url: string | URL, protocols: string[]) => Socket
  readonly EventSource?: new (url: string) => Source
  readonly location?: { readonly href: string }
}

export interface SocketOptions {
  readonly protocols?: readonly string[]
  readonly onMessage: (data: unknown) => void
  /** Called at each connection: what the API has to know, it has to be sent again. */
  readonly onOpen?: () => void
  /** Called once, when no further connection will be made: the session has ended (4401), or the API closed with 1000. */
  readonly onEnd?: (code: number, reason: string) => void
}

export interface LiveSocket {
  /** Sends nothing and returns false while there is no connection. */
  send(data: string | Blob | ArrayBuffer): boolean
  close(): void
}

export interface EventsOptions {
  /** Names of events besides `message`. */
  readonly types?: readonly string[]
  readonly onEvent: (type: string, data: string) => void
  readonly onOpen?: () => void
  /** Called once, when no further connection will be made: the session has ended. */
  readonly onEnd?: () => void
}

/** Asks the service; true where it cannot be asked. */
export type IsAlive = () => Promise<boolean>

/** In ms; each pause is twice the one before, until a connection opens. */
const firstPause = 1000
const longestPause = 30_000

/** The close code of a session that has ended (docs/gateway.md). */
const sessionEnded = 4401

/** Waits longer from try to try, and gives up when the session has ended. */
function createRetry(isAlive: IsAlive, connect: () => void, end: () => void) {
  let pause = firstPause
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false
  return {
    connected() {
      pause = firstPause
    },
    later() {
      timer = setTimeout(async () => {
        const isWorthIt = await isAlive()
        if (isStopped) return
        if (isWorthIt) connect()
        else end()
      }, pause)
      pause = Math.min(2 * pause, longestPause)
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    }
  }
}

/** @throws TypeError where there is no `WebSocket` */
export function openSocket(url: string, isAlive: IsAlive, options: SocketOptions): LiveSocket {
  const { protocols = [], onMessage, onOpen, onEnd } = options
  const { WebSocket, location } = globalThis as unknown as Browser // what a browser has
  if (!WebSocket) throw new TypeError('There is no WebSocket.')
  const address = new URL(url, location?.href)
  address.protocol = address.protocol.replace('http', 'ws')
  let socket: Socket | undefined
  const end = (code: number, reason: string) => {
    retry.stop()
    onEnd?.(code, reason)
  }
  const connect = () => {
    const next = new WebSocket(address, [...protocols])
    socket = next
    next.onopen = () => {
      retry.connected()
      onOpen?.()
    }
    next.onmessage = ({ data }) => onMessage(data)
    next.onclose = ({ code, reason }) => {
      // The service does not know why: the store may have been away for long. It is asked then.
      const isKnown = code === sessionEnded && reason !== 'unknown'
      if (code === 1000 || isKnown) end(code, reason)
      else retry.later()
    }
  }
  const retry = createRetry(isAlive, connect, () => end(sessionEnded, ''))
  connect()
  return {
    send(data) {
      if (socket?.readyState !== 1) return false
      socket.send(data)
      return true
    },
    close() {
      retry.stop()
      if (socket) socket.onclose = null
      socket?.close(1000)
    }
  }
}

/** Returns what closes the stream. @throws TypeError where there is no `EventSource` */
export function openEvents(url: string, isAlive: IsAlive, options: EventsOptions): () => void {
  const { types = [], onEvent, onOpen, onEnd } = options
  const { EventSource } = globalThis as unknown as Browser // what a browser has
  if (!EventSource) throw new TypeError('There is no EventSource.')
  let source: Source | undefined
  const connect = () => {
    const next = new EventSource(url)
    source = next
    next.onopen = () => {
      retry.connected()
      onOpen?.()
    }
    for (const type of ['message', ...types]) {
      next.addEventListener(type, ({ data }) => onEvent(type, String(data)))
    }
    // A browser comes back by itself after a connection that broke, never after a response other than 200.
    next.onerror = () => {
      if (next.readyState === 2) retry.later()
    }
  }
  const retry = createRetry(isAlive, connect, () => onEnd?.())
  connect()
  return () => {
    retry.stop()
    source?.close()
  }
}
