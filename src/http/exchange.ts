/** When a request is over, and how it ended, for everybody who keeps books about requests. */
import type { FastifyReply } from 'fastify'

/** Runs once, when the answer has left or the caller has hung up. What it throws is logged. */
export function onceOver(reply: FastifyReply, work: () => void): void {
  // A stream closes once: `once` would only add a wrapper and its removal to every request.
  reply.raw.on('close', () => {
    try {
      work()
    } catch (err) {
      // Nobody above could catch it: a mistake in keeping books must not end the process.
      reply.log.error({ err }, 'the end of a request could not be noted')
    }
  })
}

/** How the client sees the end: 499 is what proxies log for a caller who did not wait. */
export function statusOf({ raw }: FastifyReply): number {
  return raw.writableFinished ? raw.statusCode : 499
}
