/** What proxies say about the address of a client, as far as it is an address. */
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { FastifyReply } from 'fastify'

const name = 'x-forwarded-for'

/**
 * Leaves addresses alone in `X-Forwarded-For`. Some balancers append the client's port (AWS with client port
 * preservation, Azure), and each port would count as a client of its own. What stands before something that
 * is no address was not said by a proxy of ours: the address after it, the proxy's own at last, counts.
 */
export function keepAddresses(headers: IncomingHttpHeaders): void {
  const said = headers[name]
  // One address and nothing else is what it mostly is.
  if (typeof said !== 'string' || isAddress(said)) return
  const kept: string[] = []
  for (const entry of said.split(',').toReversed()) {
    const text = entry.trim()
    // An empty one says nothing (RFC 9110 section 5.6.1).
    if (text === '') continue
    const address = withoutPort(text)
    if (!isAddress(address)) break
    kept.push(address)
  }
  if (kept.length > 0) headers[name] = kept.toReversed().join(', ')
  else delete headers[name]
}

/** A zone (`%eth0`) means something on one machine only, and may be any word. */
const isAddress = (text: string) => isIP(text) !== 0 && !text.includes('%')

/** Of `192.0.2.1:1234` and `[2001:db8::1]:1234`; without brackets the last part of an IPv6 address is no port. */
function withoutPort(text: string): string {
  const [, v6, v4] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(text) ?? []
  return v6 ?? v4 ?? text
}

// `RateLimit` and `RateLimit-Policy` of an answer (draft-ietf-httpapi-ratelimit-headers-10).

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
