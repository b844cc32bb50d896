/** Which outgoing requests go through a proxy: the variables that curl, Go and Node read, read alike for all. */
import { BlockList, isIP } from 'node:net'

export interface ProxyRules {
  /** URL of the proxy for https targets, with its user and password where it wants them. */
  readonly https?: string
  /** The same for http targets. */
  readonly http?: string
  /** What `NO_PROXY` lists: names with the hosts below them, addresses, CIDRs, each maybe with a port; or `*`. */
  readonly direct: readonly string[]
}

/** URL of the proxy for a target; undefined where it is reached directly. */
export function proxyFor(target: string, { https, http, direct }: ProxyRules): string | undefined {
  const url = new URL(target)
  const proxy = url.protocol === 'https:' ? https : http
  if (proxy === undefined || direct.some(entry => covers(entry, url))) return undefined
  return proxy
}

/** The header by which a proxy knows us; empty where its URL names no user. */
export function basicCredentials({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

function covers(entry: string, { hostname, port, protocol }: URL): boolean {
  if (entry === '*') return true
  const host = hostname.replace(/^\[|\]$/g, '')
  if (entry.includes('/')) return isWithin(host, entry)
  const { name, only } = split(entry)
  if (only !== undefined && only !== (port || (protocol === 'https:' ? '443' : '80'))) return false
  return host === name || host.endsWith(`.${name}`)
}

/** An IPv6 address with a port stands in brackets. */
function split(entry: string): { name: string; only: string | undefined } {
  const [, bracketed, bracketedPort] = /^\[(.+)\](?::(\d+))?$/.exec(entry) ?? []
  if (bracketed !== undefined) return { name: bracketed, only: bracketedPort }
  const [, name = entry, only] = isIP(entry) ? [] : (/^(.+?)(?::(\d+))?$/.exec(entry) ?? [])
  return { name: name.toLowerCase().replace(/^\*?\./, ''), only }
}

/** Names are not looked up: only a target that is an address can be within a network. */
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
