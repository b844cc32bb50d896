#!/usr/bin/env bash
# Surprise: behind an HTTP proxy, https-proxy-agent checks the certificate of a server that is named by its IP address
#   against "localhost". A certificate with the right IP in its SAN is refused; without the proxy it is accepted.
# Version: https-proxy-agent 7.0.6
# Expectation: RFC 9110, 4.3.5 (https origins with IP-address references): the address is compared with the iPAddress of
#   the certificate's subjectAltName, however the bytes travel. undici's ProxyAgent does so.
# Who cares: services on networks with an egress proxy whose endpoints (a VPC endpoint, a key server) are configured by IP.
#   Override the agent's connect() and give `checkServerIdentity` the address.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund https-proxy-agent@7.0.6 undici@7.30.2
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=example \
  -addext 'subjectAltName=IP:127.0.0.1' 2>/dev/null
cat >run.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer, get } from 'node:https'
import { connect } from 'node:net'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { ProxyAgent, request } from 'undici'

const ca = readFileSync('cert.pem')
const target = createTlsServer({ key: readFileSync('key.pem'), cert: ca }, (_, response) => response.end('ok'))
const proxy = createServer().on('connect', (request, socket) => {
  const [host, port] = request.url.split(':')
  const far = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.pipe(far).pipe(socket)
  })
  far.on('error', () => socket.destroy())
  socket.on('error', () => far.destroy())
})
for (const server of [target, proxy]) await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const url = `https://127.0.0.1:${target.address().port}/`
const proxyUrl = `http://127.0.0.1:${proxy.address().port}`
const byNode = options =>
  new Promise(resolve =>
    get(url, { ca, ...options }, response => resolve(String(response.statusCode))).on('error', error =>
      resolve(`${error.code}: ${error.message}`)
    )
  )
const direct = await byNode({})
const throughAgent = await byNode({ agent: new HttpsProxyAgent(proxyUrl) })
const dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca } })
const throughUndici = await request(url, { dispatcher }).then(
  ({ statusCode }) => String(statusCode),
  error => error.message
)
console.log({ direct, throughAgent, throughUndici })
process.exit(direct === '200' && throughAgent.startsWith('ERR_TLS_CERT_ALTNAME_INVALID') && throughUndici === '200' ? 0 : 1)
JS
echo "Node $(node --version)"
node run.mjs
