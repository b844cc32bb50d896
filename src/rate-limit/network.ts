/** The network a client calls from: what one party can choose addresses in at will. */
import { isIPv6 } from 'node:net'

/**
 * An IPv4 address as it is; of an IPv6 address the /64, which is what one customer gets at least. Where IPv6 only
 * carries an IPv4 address, that one: mapped (RFC 4291 2.5.5.2), NAT64 (RFC 6052 2.1, RFC 8215), 6to4 (RFC 3056)
 * and Teredo (RFC 4380 4). Otherwise all clients of a NAT64 would be one network, and one user of 6to4 65,536.
 */
export function clientNetwork(ip: string): string {
  if (!isIPv6(ip) || ip.includes('%')) return ip.toLowerCase()
  const groups = groupsOf(ip)
  return embeddedIPv4(groups) ?? `${groups.slice(0, 4).map(hex).join(':')}::/64`
}

/** The eight groups of 16 bits. A URL parser writes the last 32 bits as groups, too. */
function groupsOf(ip: string): number[] {
  const text = new URL(`http://[${ip}]`).hostname.slice(1, -1)
  const [head = [], tail = []] = text.split('::').map(part => (part === '' ? [] : part.split(':')))
  const zeros = Array<string>(8 - head.length - tail.length).fill('0')
  return [...head, ...zeros, ...tail].map(group => Number.parseInt(group, 16))
}

function embeddedIPv4(groups: readonly number[]): string | undefined {
  const [a = 0, b = 0, c = 0, , , , high = 0, low = 0] = groups
  const isMapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
  const isNat64 = a === 0x64 && b === 0xff9b && (c === 1 || groups.slice(2, 6).every(g => g === 0))
  if (isMapped || isNat64) return dotted(high, low)
  if (a === 0x2002) return dotted(b, c)
  // Teredo hides the client's address from translators by inverting its bits.
  return a === 0x2001 && b === 0 ? dotted(high ^ 0xffff, low ^ 0xffff) : undefined
}

const dotted = (high: number, low: number) =>
  [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')

const hex = (group: number) => group.toString(16)
