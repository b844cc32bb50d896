/** Bodies on their way through the proxy: as streams that ask for more only when they are read. */
import { PassThrough, Readable, Transform } from 'node:stream'
import type { Dispatcher } from 'undici'
import { AppError } from '../../errors.ts'

const highWaterMark = 65_536

/**
 * What a request brings, for undici. Not the request itself: undici destroys what it has sent, and takes the
 * socket from a request before (nodejs/node#38505), whose client IP the log still needs.
 * @param limit in bytes
 */
export function requestBody(body: unknown, limit: number | undefined): Readable | null {
  if (!(body instanceof Readable)) return null
  return body.pipe(limit === undefined ? new PassThrough({ highWaterMark }) : upTo(limit))
}

/** Fails with `payload_too_large` at the first byte over the limit. */
function upTo(limit: number): Transform {
  let size = 0
  return new Transform({
    highWaterMark,
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) done(new AppError('payload_too_large'))
      else done(null, chunk)
    }
  })
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
