/** An agent for Node's HTTP client that connects through a proxy. */
import type { AgentOptions } from 'node:http'
import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { HttpsProxyAgent } from 'https-proxy-agent'

/**
 * Uses CONNECT (RFC 9110 section 9.3.6) for http targets, too: the proxy sees host names, not contents.
 * @param proxy its URL; user and password in it are sent as Basic credentials
 */
export function proxyAgent(proxy: string, options: AgentOptions): HttpsProxyAgent<string> {
  return new IpCheckingProxyAgent(proxy, options)
}

/**
 * For a target that is an IP the library sets no server name, and Node would check the certificate for
 * `localhost`. Here it is checked for the IP.
 */
class IpCheckingProxyAgent extends HttpsProxyAgent<string> {
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
