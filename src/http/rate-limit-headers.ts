/** The `RateLimit-*` headers of an answer, in the draft form that @fastify/rate-limit uses. */
import type { FastifyReply } from 'fastify'

/**
 * Tells what is left of a limit. Of several the nearest is told.
 * @param reset seconds until the window ends
 */
export function tellLimit(
  reply: FastifyReply,
  limit: number,
  remaining: number,
  reset: number
): void {
  const told = reply.getHeader('ratelimit-remaining')
  if (told !== undefined && Number(told) <= remaining) return
  reply
    .header('ratelimit-limit', limit)
    .header('ratelimit-remaining', Math.max(0, remaining))
    .header('ratelimit-reset', reset)
}
