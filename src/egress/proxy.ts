/** Which outgoing requests use a proxy, by the variables that curl, Go and Node read: the same for all requests. */
import { BlockList, isIP } from 'node:net'

export interface ProxyRules {
  /** URL of the proxy for https targets, with user and password where it requires them. */
  readonly https?: string
  /** The same for http targets. */
  readonly http?: string
  /** The entries of `NO_PROXY`: a domain (includes its subdomains), an IP or a CIDR, with or without a port; or `*`. */
  readonly noProxy: readonly string[]
}

/** URL of the proxy for a target URL; undefined for a direct connection. */
export function proxyFor(target: string, { https, http, noProxy }: ProxyRules): string | undefined {
  const url = new URL(target)
  const proxy = url.protocol === 'https:' ? https : http
  if (proxy === undefined || noProxy.some(entry => matches(entry, url))) return undefined
  return proxy
}

/** The header by which a proxy knows us; empty where its URL names no user. */
export function basicCredentials({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

function matches(entry: string, { hostname, port, protocol }: URL): boolean {
  if (entry === '*') return true
  const host = hostname.replace(/^\[|\]$/g, '')
  if (entry.includes('/')) return isWithin(host, entry)
  const { name, onlyPort } = splitPort(entry)
  if (onlyPort !== undefined && onlyPort !== (port || (protocol === 'https:' ? '443' : '80')))
    return false
  return host === name || host.endsWith(`.${name}`)
}

/** An IPv6 with a port is in brackets. */
function splitPort(entry: string): { name: string; onlyPort: string | undefined } {
  const [, bracketed, bracketedPort] = /^\[(.+)\](?::(\d+))?$/.exec(entry) ?? []
  if (bracketed !== undefined) return { name: bracketed, onlyPort: bracketedPort }
  const [, name = entry, onlyPort] = isIP(entry) ? [] : (/^(.+?)(?::(\d+))?$/.exec(entry) ?? [])
  return { name: name.toLowerCase().replace(/^\*?\./, ''), onlyPort }
}

/** Names are not resolved: a CIDR matches only targets that are IPs. */
function isWithin(host: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/')
  const family = isIP(network)
  const length = Number(bits)
  if (family === 0 || isIP(host) !== family || !(length >= 0 && length <= 128)) return false
  const list = new BlockList()
  const type = family === 6 ? 'ipv6' : 'ipv4'
  list.addSubnet(network, length, type)
  return list.check(host, type)
}
