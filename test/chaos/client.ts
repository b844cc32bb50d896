/** Many users at once: keep-alive connections, and of every answer only what is checked. */

import { Agent, request } from 'node:http'
import { sessionCookie } from '../support/browser.ts'

export interface Result {
  /** 0 where no answer came at all. */
  readonly status: number
  /** `code` of a problem document, or the system's where there was no answer. */
  readonly code: string | undefined
  /** Whose access token the echo API was called with. */
  readonly sub: string | undefined
  /** The session cookie afterwards: null where it was cleared, undefined where nothing was said. */
  readonly cookie: string | null | undefined
  readonly retryAfter: string | undefined
  readonly ms: number
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly cookie?: string | undefined
  readonly body?: unknown
}

const agent = new Agent({ keepAlive: true, maxSockets: 256, timeout: 30_000 })

/** Never rejects: a broken connection is a result, too. */
export function ask(origin: string, path: string, options: Ask = {}): Promise<Result> {
  const { method = 'GET', cookie, body } = options
  const payload = body === undefined ? undefined : JSON.stringify(body)
  const headers = {
    'x-csrf': '1',
    ...(cookie !== undefined && { cookie: `${sessionCookie}=${cookie}` }),
    ...(payload !== undefined && { 'content-type': 'application/json' })
  }
  const begun = performance.now()
  return new Promise(resolve => {
    const outgoing = request(`${origin}${path}`, { method, headers, agent }, incoming => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      incoming.on('error', fail)
      incoming.on('end', () => {
        const json = parse(text)
        resolve({
          status: incoming.statusCode ?? 0,
          code: json.code,
          sub: json.claims?.sub,
          cookie: cookieOf(incoming.headers['set-cookie']),
          retryAfter: incoming.headers['retry-after'],
          ms: performance.now() - begun
        })
      })
    })
    const fail = (error: NodeJS.ErrnoException) => {
      const nothing = { sub: undefined, cookie: undefined, retryAfter: undefined }
      resolve({ status: 0, code: error.code, ...nothing, ms: performance.now() - begun })
    }
    outgoing.on('error', fail)
    outgoing.setTimeout(30_000, () => outgoing.destroy())
    outgoing.end(payload)
  })
}

export const hello = (origin: string, cookie: string) => ask(origin, '/api/hello', { cookie })

export const password = 'Correct-Horse-9'

/** The cookie of a new session; a 503 is asked again, as it says. Throws where the login does not work. */
export async function login(
  origin: string,
  email = 'demo@example.com',
  tries = 20
): Promise<string> {
  const answer = await ask(origin, '/auth/login', { method: 'POST', body: { email, password } })
  if (answer.cookie) return answer.cookie
  if (answer.status === 503 && tries > 1) {
    await new Promise(resolve => setTimeout(resolve, 200))
    return login(origin, email, tries - 1)
  }
  throw new Error(`login answered ${answer.status} ${answer.code}`)
}

function cookieOf(headers: readonly string[] = []): string | null | undefined {
  const values = headers.flatMap(header => /^bff-session-3000=([^;]*)/.exec(header)?.[1] ?? [])
  const last = values.at(-1)
  return last === '' ? null : last
}

interface Known {
  readonly code?: string
  readonly claims?: { readonly sub?: string }
}

function parse(text: string): Known {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
