/** `app.drain`: how this instance stops without failing a request. */
import plugin from 'fastify-plugin'
import { onceOver } from '../src/http/log/request-log.ts'

export interface Drain {
  readonly isOn: boolean
  /**
   * Goes on serving, but `/readyz` returns 503 and every response closes its connection, so that balancers and clients
   * with kept-alive connections change to another instance.
   */
  begin(): void
  /** Stops listening, lets requests in flight finish, then closes whatever is connected, and the app. */
  finish(): Promise<void>
  /** Calls `onClosing` when the app is about to close, at once where it is: for responses that would not end by themselves. Returns what cancels it. */
  whenClosing(onClosing: () => void): () => void
}

declare module 'fastify' {
  interface FastifyInstance {
    drain: Drain
  }
}

/** Browsers open connections ahead and leave them unused: once no request is left, they get this long (ms). */
const unusedFor = 250

export default plugin(
  async app => {
    // A number, not a set of them: what a set holds outlives young garbage collections, at 10 us a request.
    let inFlight = 0
    let isOn = false
    let isClosing = false
    const listeners = new Set<() => void>()
    let isAppClosing = false

    const closeWhenIdle = () => {
      if (!isClosing || inFlight > 0) return
      setTimeout(() => inFlight === 0 && app.server.closeAllConnections(), unusedFor).unref()
    }

    app.addHook('onRequest', (_request, reply, done) => {
      inFlight += 1
      onceOver(reply, () => {
        inFlight -= 1
        closeWhenIdle()
      })
      done()
    })
    app.addHook('onSend', (_request, reply, payload, done) => {
      if (isOn) reply.header('connection', 'close')
      done(null, payload)
    })

    app.addHook('preClose', done => {
      isAppClosing = true
      for (const onClosing of listeners) onClosing()
      done()
    })

    app.decorate('drain', {
      get isOn() {
        return isOn
      },
      begin() {
        isOn = true
      },
      async finish() {
        isClosing = true
        closeWhenIdle()
        await app.close()
      },
      whenClosing(onClosing) {
        listeners.add(onClosing)
        if (isAppClosing) onClosing()
        return () => listeners.delete(onClosing)
      }
    })
  },
  { name: 'drain' }
)
