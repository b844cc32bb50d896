/** Bodies on their way through the proxy: as streams that ask for more only when they are read. */
import { PassThrough, Readable } from 'node:stream'
import type { Dispatcher } from 'undici'

const highWaterMark = 65_536

/**
 * What a request brings, for undici. Not the request itself: undici destroys what it has sent, and takes the
 * socket from a request before (nodejs/node#38505), whose address the log still needs.
 */
export function requestBody(body: unknown): Readable | null {
  return body instanceof Readable ? body.pipe(new PassThrough({ highWaterMark })) : null
}

/**
 * The body of an answer that does not come at once: each part is pushed into it.
 * @param onMove runs when more of it is wanted, and when nothing is any more
 */
export function answerBody(
  controller: Dispatcher.DispatchController,
  onMove: () => void
): Readable {
  return new Readable({
    highWaterMark,
    read() {
      onMove()
      controller.resume()
    },
    destroy(error, done) {
      onMove()
      // Has no effect on an answer that is complete.
      controller.abort(error ?? new Error('the caller hung up'))
      done(error)
    }
  })
}
