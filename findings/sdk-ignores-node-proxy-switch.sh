#!/usr/bin/env bash
# Surprise: Node.js 24 with NODE_USE_ENV_PROXY=1 sends http and https requests through HTTPS_PROXY, but the AWS SDK in
#   the same process goes straight out: it brings agents of its own. Half of a program obeys the proxy.
# Version: @aws-sdk/client-cognito-identity-provider 3.1169.0 on Node.js 24.21.0 (npm package `node`)
# Expectation: Node's documentation of NODE_USE_ENV_PROXY: "Node.js parses the HTTP_PROXY, HTTPS_PROXY and NO_PROXY
#   environment variables during startup, and tunnels requests over the specified proxy"
#   (https://nodejs.org/docs/latest-v24.x/api/cli.html#node_use_env_proxy1).
# Who cares: services on networks whose only way out is a proxy: fetch works, Cognito times out.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-cognito-identity-provider@3.1169.0 node@24.21.0
cat >run.mjs <<'JS'
import { createServer } from 'node:http'
import { get } from 'node:http'
import { CognitoIdentityProviderClient, GetUserCommand } from '@aws-sdk/client-cognito-identity-provider'

// This process was started with HTTP_PROXY naming a proxy that a parent counts on.
const target = createServer((request, response) => {
  seen.push(request.headers['x-through-proxy'] ? 'through the proxy' : 'straight')
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
  response.end('{"Username":"user","UserAttributes":[]}')
})
const seen = []
await new Promise(resolve => target.listen(Number(process.env.TARGET_PORT), '127.0.0.1', resolve))
const endpoint = `http://127.0.0.1:${process.env.TARGET_PORT}`
await new Promise((resolve, reject) =>
  get(endpoint, answer => answer.resume().on('end', resolve)).on('error', reject)
)
await fetch(endpoint)
const client = new CognitoIdentityProviderClient({ region: 'us-east-1', endpoint })
await client.send(new GetUserCommand({ AccessToken: 'a.b.c' }))
console.log(`node:http ${seen[0]}; fetch ${seen[1]}; AWS SDK ${seen[2]}`)
target.close()
target.closeAllConnections()
process.exit(seen.join() === 'through the proxy,through the proxy,straight' ? 0 : 1)
JS
cat >proxy.mjs <<'JS'
import { spawn } from 'node:child_process'
import { createServer, request as forward } from 'node:http'

import { connect } from 'node:net'

const proxy = createServer((request, response) => {
  const headers = { ...request.headers, 'x-through-proxy': '1' }
  forward(request.url, { method: request.method, headers }, answer => {
    response.writeHead(answer.statusCode, answer.headers)
    answer.pipe(response)
  }).end()
})
// fetch asks for a tunnel for plain http, too: the mark goes into its first request.
proxy.on('connect', (request, socket) => {
  const [host, port] = request.url.split(':')
  const far = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.once('data', first => {
      far.write(first.toString('latin1').replace('\r\n', '\r\nx-through-proxy: 1\r\n'), 'latin1')
      socket.pipe(far)
    })
    far.pipe(socket)
  })
  far.on('error', () => socket.destroy())
  socket.on('error', () => far.destroy())
})
const free = createServer()
await new Promise(resolve => free.listen(0, '127.0.0.1', resolve))
const port = free.address().port
await new Promise(resolve => free.close(resolve))
await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve))
const env = {
  ...process.env,
  TARGET_PORT: String(port),
  NODE_USE_ENV_PROXY: '1',
  HTTP_PROXY: `http://127.0.0.1:${proxy.address().port}`,
  NO_PROXY: '',
  no_proxy: ''
}
spawn(process.execPath, ['run.mjs'], { env, stdio: 'inherit' }).on('exit', code => process.exit(code))
JS
node=./node_modules/.bin/node
echo "Node $("$node" --version)"
"$node" proxy.mjs
