/** A service that answers what a test tells it to, over real HTTP, and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { Test } from 'tap'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Told {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** Sent in place of `json`. */
  readonly text?: string
  /** The body goes on with this, until the client has gone; without an end. */
  readonly stream?: { readonly chunk: string; readonly everyMs: number }
  /** The answer never comes. */
  readonly isSilent?: boolean
}

/** @param tell what to answer; called for each request */
export async function startService(t: Test, tell: (asked: Asked) => Told) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    const one = { method, path: url, headers, body: Buffer.concat(chunks).toString() }
    asked.push(one)
    const { status = 200, headers: more, json, text, stream, isSilent } = tell(one)
    if (isSilent) return
    const type = status < 400 ? 'application/json' : 'application/problem+json'
    response.writeHead(status, { 'content-type': type, ...more })
    if (stream) {
      const timer = setInterval(() => response.write(stream.chunk), stream.everyMs)
      response.once('close', () => clearInterval(timer)).write(stream.chunk)
      return
    }
    response.end(text ?? (json === undefined ? undefined : JSON.stringify(json)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, asked }
}

export const problem = (code: string, more: object = {}) => ({
  type: `urn:cognito-bff:problem:${code}`,
  title: 'A title',
  status: 400,
  detail: 'A sentence.',
  code,
  requestId: 'r1',
  ...more
})

/** A session that ends at the given instants (ms). */
export const sessionUntil = (idle: number, absolute = idle, email = 'a@example.com') => ({
  authenticated: true,
  user: { sub: `sub-of-${email}`, email, emailVerified: true, groups: [] },
  createdAt: new Date(0).toISOString(),
  authenticatedAt: new Date(0).toISOString(),
  method: 'password' as const,
  provider: null,
  bound: false,
  idleExpiresAt: new Date(idle).toISOString(),
  expiresAt: new Date(absolute).toISOString()
})
