#!/usr/bin/env bash
# Surprise: undici takes an interim `100 Continue` that it did not ask for as a broken response and fails the request; it
#   also fails a 304 that names the length of the document. node:http reads both.
# Version: undici 7.30.2
# Expectation: RFC 9110, 15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final
#   response, even if the client does not expect one"; 8.6: a server may send Content-Length in a 304.
# Who cares: proxies in front of older application servers, some of which send 100 to every request with a body, and 304
#   with the length of the document.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2
cat >run.mjs <<'JS'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { request } from 'undici'

const responses = {
  '/100': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  '/103': 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  '/304': 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 2\r\n\r\n'
}
const server = createServer(socket => {
  socket.on('error', () => undefined)
  socket.on('data', data => socket.write(responses[data.toString().split(' ')[1]] ?? ''))
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`

const byUndici = async path => {
  try {
    const { statusCode, body } = await request(`${origin}${path}`)
    await body.text()
    return String(statusCode)
  } catch (error) {
    return error.code ?? error.name
  }
}
const byNode = path =>
  new Promise(resolve =>
    get(`${origin}${path}`, { agent: false }, response =>
      response.resume().on('end', () => resolve(String(response.statusCode)))
    ).on('error', error => resolve(error.code))
  )
const table = {}
for (const path of Object.keys(responses)) table[path] = { undici: await byUndici(path), 'node:http': await byNode(path) }
console.table(table)
process.exit(
  table['/100'].undici !== '200' && table['/103'].undici === '200' && table['/304'].undici !== '304' &&
    ['/100', '/103', '/304'].every(path => /^(200|304)$/.test(table[path]['node:http']))
    ? 0
    : 1
)
JS
echo "Node $(node --version)"
node run.mjs
