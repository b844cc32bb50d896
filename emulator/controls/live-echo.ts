/** What the echo API has besides JSON: an image, a file to download, an event stream and a WebSocket. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Local } from '../local.ts'
import { checkAccessToken } from '../tokens/access-token.ts'

const base = '/_local/api'

/** In ms. */
const tickEvery = 1000

const image = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="60"><rect width="160" height="60" rx="8" fill="#0b6e4f"/><text x="80" y="37" fill="#fff" font-family="sans-serif" font-size="18" text-anchor="middle">from the API</text></svg>`

type Answer = (response: ServerResponse) => void

const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  [`${base}/image`, response => response.setHeader('content-type', 'image/svg+xml').end(image)],
  [
    `${base}/download`,
    response =>
      response
        .setHeader('content-type', 'text/csv')
        .setHeader('content-disposition', 'attachment; filename="report.csv"')
        .end('name,value\nhello,1\n')
  ],
  [`${base}/stream`, stream]
])

/** An event each second, until the client goes. */
function stream(response: ServerResponse): void {
  let count = 0
  const tick = () => response.write(`data: tick ${++count}\n\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  tick()
  const timer = setInterval(tick, tickEvery)
  response.on('close', () => clearInterval(timer))
}

function isAllowed({ pool }: Local, { headers }: IncomingMessage): boolean {
  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  try {
    checkAccessToken(pool, token)
    return true
  } catch {
    return false
  }
}

/** Answers a call of one of these, if it has a valid access token. Returns whether it has. */
export function answerLive(
  local: Local,
  request: IncomingMessage,
  response: ServerResponse
): boolean {
  const found = request.method === 'GET' && answers.get(request.url?.replace(/\?.*/, '') ?? '')
  if (!found || !isAllowed(local, request)) return false
  found(response)
  return true
}

/** Sends back what comes over a WebSocket at `/_local/api/socket`. */
export function echoOverSockets(local: Local, server: Server, stopped: AbortSignal): void {
  server.on('upgrade', async (request, socket, head) => {
    socket.on('error', () => undefined)
    const isSocket = request.url?.replace(/\?.*/, '') === `${base}/socket`
    if (!isSocket || !isAllowed(local, request)) {
      socket.end(
        `HTTP/1.1 ${isSocket ? '401 Unauthorized' : '404 Not Found'}\r\ncontent-length: 0\r\n\r\n`
      )
      return
    }
    const { WebSocketServer } = await import('ws')
    new WebSocketServer({ noServer: true }).handleUpgrade(request, socket, head, one => {
      one.on('error', () => undefined)
      one.on('message', (data, binary) => one.send(data, { binary }))
      stopped.addEventListener('abort', () => one.terminate())
    })
  })
}
