/** Which part answers which request. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Local } from '../local.ts'
import { answerControl } from './answer-control.ts'
import { answerCall } from './aws-json.ts'
import { sendJson } from './reply.ts'
import { wellKnown } from './well-known.ts'

/** @throws whatever a broken connection throws */
export async function answer(
  local: Local,
  request: IncomingMessage,
  response: ServerResponse,
  stopped: AbortSignal
): Promise<void> {
  const origin = `http://${request.headers.host ?? 'localhost'}`
  const url = new URL(request.url ?? '/', origin)
  if (request.method === 'POST' && url.pathname === '/') {
    return answerCall(local, request, response, stopped)
  }
  if (url.pathname.startsWith('/_local/')) return answerControl(local, request, response, url)
  if (request.method === 'GET' && url.pathname === '/') return showOutbox(response)
  const document = wellKnown(url.pathname, origin, local.pool.keys)
  if (request.method === 'GET' && document !== undefined) {
    return sendJson(response, 200, document, { 'Cache-Control': 'public, max-age=3600' })
  }
  sendJson(response, 404, { __type: 'UnknownOperationException' })
}

/** Whoever opens the address in a browser most likely looks for a code. */
function showOutbox(response: ServerResponse): void {
  response.writeHead(302, { Location: '/_local/messages' }).end()
}
