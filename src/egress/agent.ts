/** An agent for Node's HTTP client that tunnels through a proxy. */
import type { AgentOptions } from 'node:http'
import { HttpsProxyAgent } from 'https-proxy-agent'

/**
 * Tunnels by CONNECT (RFC 9110 section 9.3.6), also to http targets: the proxy sees names, not contents.
 * @param proxy its URL; user and password in it are sent as Basic credentials
 */
export function proxyAgent(proxy: string, options: AgentOptions): HttpsProxyAgent<string> {
  return new HttpsProxyAgent(proxy, options)
}
