/** A small stand-in for the service, true to the contract, until every flow of the real one is there. */
import { readFileSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { accountFlows } from './account.ts'
import * as flows from './flows.ts'
import { bytesOf, cookieOf, Refusal, type Reply } from './http.ts'
import { StubState } from './state.ts'

const publicFlows: Record<string, flows.Flow> = {
  'POST /auth/signup': flows.signUp,
  'POST /auth/signup/confirm': flows.confirm,
  'POST /auth/signup/resend': flows.resend,
  'POST /auth/login': flows.logIn,
  'POST /auth/login/challenge': flows.challenge,
  'POST /auth/password/forgot': flows.forgot,
  'POST /auth/password/reset': flows.reset,
  'GET /auth/session': ({ state, cookie }) => ({
    status: 200,
    body: flows.sessionView(state, cookie)
  }),
  'POST /auth/logout': ({ state, cookie }) => {
    state.sessions.delete(cookie)
    return { status: 204, cookie: '' }
  }
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2'
}

/** @param page folder of the built page */
export function startStub(page: string, port = 0) {
  const state = new StubState()
  const server = createServer((request, response) => void serve(state, page, request, response))
  return new Promise<{ state: StubState; url: string; close(): Promise<void> }>(resolve => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      const used = typeof address === 'object' ? address?.port : 0
      resolve({
        state,
        url: `http://127.0.0.1:${used}`,
        close: () => {
          server.closeAllConnections()
          return new Promise(done => server.close(() => done()))
        }
      })
    })
  })
}

async function serve(
  state: StubState,
  page: string,
  request: IncomingMessage,
  out: ServerResponse
) {
  const path = new URL(request.url ?? '/', 'http://x').pathname
  out.setHeader('content-security-policy', policy)
  if (!/^\/(auth|api)\//.test(path)) return file(page, path, out)
  if (state.delayMs > 0) await new Promise(done => setTimeout(done, state.delayMs))
  out.setHeader('cache-control', 'no-store')
  try {
    const reply = await answer(state, request, path)
    if (reply.cookie !== undefined) out.setHeader('set-cookie', cookie(reply.cookie))
    const hasBody = reply.body !== undefined
    out.writeHead(reply.status, hasBody ? { 'content-type': 'application/json' } : {})
    out.end(hasBody ? JSON.stringify(reply.body) : undefined)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const type = { 'content-type': 'application/problem+json', ...error.headers }
    out.writeHead(error.status, type).end(JSON.stringify(error.body))
  }
}

async function answer(state: StubState, request: IncomingMessage, path: string): Promise<Reply> {
  if (request.headers['x-csrf'] !== '1') throw new Refusal(403, 'csrf_rejected', 'Refused.')
  const bytes = await bytesOf(request)
  const isJson = request.headers['content-type'] === 'application/json'
  const body = isJson ? JSON.parse(bytes.toString()) : {}
  const userAgent = request.headers['user-agent'] ?? ''
  const ask: flows.Ask = { state, body, cookie: cookieOf(request), userAgent }
  const key = `${request.method} ${path}`
  const flow = publicFlows[key]
  if (flow) return flow(ask)
  flows.sessionView(state, ask.cookie)
  const session = state.sessions.get(ask.cookie)
  if (!session) throw new Refusal(401, 'unauthenticated', 'Log in first.')
  session.lastSeenAt = Date.now()
  if (key.startsWith('DELETE /auth/sessions/')) return endOne(state, path.split('/').at(-1) ?? '')
  const accountFlow = accountFlows[key]
  if (!accountFlow) throw new Refusal(404, 'not_found', 'There is nothing at this address.')
  return accountFlow(ask, session, bytes)
}

function endOne(state: StubState, handle: string): Reply {
  for (const [id, session] of state.sessions) {
    if (session.handle === handle) state.sessions.delete(id)
  }
  return { status: 204 }
}

const cookie = (id: string) =>
  `session=${id}; HttpOnly; SameSite=Strict; Path=/${id ? '' : '; Max-Age=0'}`

function file(page: string, path: string, out: ServerResponse): void {
  const wanted = join(page, path)
  const isThere = path !== '/' && statSync(wanted, { throwIfNoEntry: false })?.isFile()
  const name = isThere ? wanted : join(page, 'index.html')
  out.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' })
  out.end(readFileSync(name))
}
