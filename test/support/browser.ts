/** An HTTP client that keeps cookies as a browser does and sends exactly what it is told to. */
import { type IncomingHttpHeaders, request } from 'node:http'

/** What the session cookie is called where nothing else is configured: PUBLIC_ORIGIN is on port 3000. */
export const sessionCookie = 'bff-session-3000'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly cookies: readonly string[]
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  readonly json: any
}

export interface Call {
  readonly body?: unknown
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Buffer
  /** Added to the defaults; undefined takes a default away. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

export class Browser {
  readonly origin: string
  readonly jar = new Map<string, string>()
  /** Every answer's text and headers so far, for tests that search them for secrets. */
  readonly seen: string[] = []

  constructor(origin: string) {
    this.origin = origin
  }

  get = (path: string, call: Call = {}) => this.call('GET', path, call)
  post = (path: string, body?: unknown, call: Call = {}) =>
    this.call('POST', path, body === undefined ? call : { body, ...call })

  /** Logs in and fails loudly if that does not work. */
  async login(email = 'demo@example.com', password = 'Correct-Horse-9'): Promise<Answer> {
    const answer = await this.post('/auth/login', { email, password })
    if (answer.status !== 200) throw new Error(`login answered ${answer.status}: ${answer.text}`)
    return answer
  }

  /** The value of the session cookie, if the browser holds one. */
  get sessionId(): string | undefined {
    return this.jar.get(sessionCookie) ?? this.jar.get('__Host-Http-session')
  }

  call(method: string, path: string, { body, raw, headers = {} }: Call = {}): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent: Record<string, string | undefined> = {
      'x-csrf': '1',
      ...(cookie && { cookie }),
      ...(payload !== undefined && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(payload))
      }),
      ...headers
    }
    const given = Object.entries(sent).filter(([, value]) => value !== undefined)
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.origin)
      const options = { hostname, port, method, path, headers: Object.fromEntries(given) }
      const outgoing = request({ ...options, agent: false }, incoming => {
        const chunks: Buffer[] = []
        incoming.on('data', chunk => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve(this.#keep(incoming.statusCode ?? 0, incoming.headers, text))
        })
      })
      outgoing.on('error', reject)
      outgoing.end(payload)
    })
  }

  #keep(status: number, headers: IncomingHttpHeaders, text: string): Answer {
    const cookies = headers['set-cookie'] ?? []
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '' || /max-age=0/i.test(cookie)) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    const { 'set-cookie': _, ...others } = headers
    this.seen.push(JSON.stringify(others), text)
    return { status, headers, cookies, text, json: parse(text) }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
