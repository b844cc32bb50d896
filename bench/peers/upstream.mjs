/** The API behind the proxies: small answers, bodies of any size that are streamed both ways, and a socket that echoes. */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { listening } from './session.mjs'

const answer = JSON.stringify({ items: [{ id: 1, name: 'one' }], total: 1 })
const block = Buffer.alloc(64 * 1024, 'x')

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://upstream')
  if (pathname === '/download') return send(response, Number(searchParams.get('bytes')))
  if (pathname === '/upload') return count(request, response)
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
})
server.keepAliveTimeout = 60_000
new WebSocketServer({ server }).on('connection', socket =>
  socket.on('message', data => socket.send(String(data)))
)
server.listen(0, '127.0.0.1', () => listening(server.address().port))

function send(response, bytes) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes })
  let left = bytes
  const more = () => {
    while (left > 0) {
      const part = block.subarray(0, Math.min(left, block.length))
      left -= part.length
      if (!response.write(part) && left > 0) return response.once('drain', more)
    }
    response.end()
  }
  more()
}

async function count(request, response) {
  let bytes = 0
  for await (const chunk of request) bytes += chunk.length
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ bytes }))
}
