/** One `text/event-stream` response (HTML Living Standard, server-sent events). */
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

/** How long, in ms, a browser waits before it connects again: not all of them at once when an instance stops. */
const retryAfter = () => 1000 + Math.floor(2000 * Math.random())

/** Proxies and browsers drop a connection on which nothing is sent: a comment every 20 s. */
const commentEvery = 20_000

const open = new Set<EventStream>()
let timer: NodeJS.Timeout | undefined

/** One timer for all streams. */
function sendComments(): void {
  for (const stream of open) stream.comment()
}

export class EventStream {
  readonly #raw: ServerResponse

  /** Sends the head. Fastify sends nothing more: `onClose` is called when the response is over, for any reason. */
  constructor(reply: FastifyReply, onClose: () => void) {
    reply.hijack()
    this.#raw = reply.raw
    const own = {
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
      // Nothing follows on the connection: an instance that stops need not wait for it.
      connection: 'close'
    }
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...own })) {
      if (value !== undefined) this.#raw.setHeader(name, value)
    }
    this.#raw.writeHead(200)
    this.#raw.write(`retry: ${retryAfter()}\n\n`)
    open.add(this)
    timer ??= setInterval(sendComments, commentEvery).unref()
    this.#raw.on('close', () => {
      open.delete(this)
      if (open.size === 0) {
        clearInterval(timer)
        timer = undefined
      }
      onClose()
    })
  }

  send(event: string, data: object): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** A client that reads nothing for long is disconnected: what waits for it is kept in memory. */
  comment(): void {
    if (this.#raw.writableNeedDrain) this.#raw.destroy()
    else this.#write(':\n\n')
  }

  #write(text: string): void {
    if (!this.#raw.writableEnded && !this.#raw.destroyed) this.#raw.write(text)
  }

  end(): void {
    this.#raw.end()
  }
}
