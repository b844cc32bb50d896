#!/usr/bin/env bash
# Surprise: once ws is attached to an HTTP server, a plain POST that offers HTTP/2 (Upgrade: h2c) no longer reaches the server's own handler: ws answers 405, and a GET that does so 400
# Version: ws 8.23.0 (Node 20 and later)
# Expectation: RFC 9110 section 7.8: a server may ignore Upgrade, and goes on with the current protocol; without ws the handler answers 200 to the same request
# Who cares: anybody who adds a WebSocket to a service that Java's HttpClient or `curl --http2` calls: both offer h2c with ordinary requests over plain HTTP
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ws@8.23.0
cat >probe.mjs <<'JS'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { WebSocketServer } from 'ws'

async function statuses(withWs) {
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => response.end('handled'))
  })
  if (withWs) new WebSocketServer({ server })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  const seen = {}
  for (const method of ['GET', 'POST']) {
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' }
    const call = request({ port, host: '127.0.0.1', method, headers, agent: false })
    call.end(method === 'POST' ? 'a=1' : undefined)
    const [response] = await once(call, 'response')
    seen[method] = response.statusCode
    response.resume()
  }
  server.closeAllConnections()
  server.close()
  return seen
}

const [bare, attached] = [await statuses(false), await statuses(true)]
console.log('node', process.versions.node, 'without ws', bare, 'with ws', attached)
const isAsDescribed = bare.GET === 200 && bare.POST === 200 && attached.GET === 400 && attached.POST === 405
process.exit(isAsDescribed ? 0 : 1)
JS
node probe.mjs
