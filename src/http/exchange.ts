/** When a request is over, and how it ended, for everybody who keeps books about requests. */
import type { FastifyReply } from 'fastify'

/** Runs once, when the answer has left or the caller has hung up. */
export function onceOver(reply: FastifyReply, work: () => void): void {
  // A stream closes once: `once` would only add a wrapper and its removal to every request.
  reply.raw.on('close', work)
}

/** How the client sees the end: 499 is what proxies log for a caller who did not wait. */
export function statusOf({ raw }: FastifyReply): number {
  return raw.writableFinished ? raw.statusCode : 499
}
