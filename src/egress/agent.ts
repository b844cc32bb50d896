/** An agent for Node's HTTP client that tunnels through a proxy. */
import type { AgentOptions } from 'node:http'
import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { HttpsProxyAgent } from 'https-proxy-agent'

/**
 * Tunnels by CONNECT (RFC 9110 section 9.3.6), also to http targets: the proxy sees names, not contents.
 * @param proxy its URL; user and password in it are sent as Basic credentials
 */
export function proxyAgent(proxy: string, options: AgentOptions): HttpsProxyAgent<string> {
  return new ToAddressesToo(proxy, options)
}

/**
 * Where the target is an IP address the library names no host, and Node holds the certificate against
 * `localhost`. It is held against the address here.
 */
class ToAddressesToo extends HttpsProxyAgent<string> {
  override connect(...[request, options]: Parameters<HttpsProxyAgent<string>['connect']>) {
    const { host } = options
    if (host === undefined || isIP(host) === 0) return super.connect(request, options)
    const checked = {
      ...options,
      checkServerIdentity: (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
        checkServerIdentity(host, certificate)
    }
    return super.connect(request, checked)
  }
}
