/** The network of a client's IP: the range of IPs that a single customer can choose from at will. */
import { isIPv6 } from 'node:net'

/**
 * An IPv4 as it is; of an IPv6 its /64, which is the smallest range that providers assign. An IPv4 that is embedded
 * in an IPv6 is returned itself: mapped (RFC 4291 2.5.5.2), NAT64 (RFC 6052 2.1, RFC 8215), 6to4 (RFC 3056) and
 * Teredo (RFC 4380 4). Otherwise all clients of a NAT64 would be one network, and one user of 6to4 would be 65,536.
 */
export function clientNetwork(ip: string): string {
  if (!isIPv6(ip) || ip.includes('%')) return ip.toLowerCase()
  const groups = groupsOf(ip)
  return embeddedIPv4(groups) ?? `${groups.slice(0, 4).map(hex).join(':')}::/64`
}

/** The eight groups of 16 bits. The URL parser turns a dotted IPv4 at the end into groups. */
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
  // Teredo inverts the bits of the client's IPv4, to hide it from address translators.
  return a === 0x2001 && b === 0 ? dotted(high ^ 0xffff, low ^ 0xffff) : undefined
}

const dotted = (high: number, low: number) =>
  [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')

const hex = (group: number) => group.toString(16)
