/** `RateLimit` and `RateLimit-Policy` of an answer (draft-ietf-httpapi-ratelimit-headers-10). */
import type { FastifyReply } from 'fastify'

/** The one policy of a route: so many calls in a window. */
export interface RateLimitPolicy {
  readonly name: string
  readonly max: number
  readonly seconds: number
}

type Limit = Omit<RateLimitPolicy, 'name'>

/** The policy of a group's routes: of its two limits the tighter one. */
export function groupPolicy(
  name: string,
  { address, account }: { readonly address: Limit; readonly account: Limit }
): RateLimitPolicy {
  return { name, ...(address.max < account.max ? address : account) }
}

/**
 * Says what is left. A route may have several limits and has one policy, the first that is named here. Of several
 * limits the one with the least left counts, and never more than the policy allows.
 * @param reset seconds until the window ends
 */
export function tellLimit(
  reply: FastifyReply,
  policy: RateLimitPolicy,
  remaining: number,
  reset: number
): void {
  const { name, max, seconds } = policyOf(reply) ?? policy
  const left = Math.min(max, Math.max(0, remaining))
  const said = /;r=(\d+)/.exec(String(reply.getHeader('ratelimit') ?? ''))
  if (said && Number(said[1]) <= left) return
  reply
    .header('ratelimit-policy', `"${name}";q=${max};w=${seconds}`)
    .header('ratelimit', `"${name}";r=${left};t=${Math.max(1, reset)}`)
}

function policyOf(reply: FastifyReply): RateLimitPolicy | undefined {
  const said = String(reply.getHeader('ratelimit-policy') ?? '')
  const [, name, max, seconds] = /^"([^"]+)";q=(\d+);w=(\d+)$/.exec(said) ?? []
  return name === undefined ? undefined : { name, max: Number(max), seconds: Number(seconds) }
}
