/** What proxies say about the address of a client, as far as it is an address. */
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

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
