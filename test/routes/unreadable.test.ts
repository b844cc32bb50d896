import { connect } from 'node:net'
import { type Test, test } from 'tap'
import { startService } from '../support/service.ts'

/** Sends bytes as they are and answers all that comes back. */
async function exchange(t: Test, text: string): Promise<{ head: string; problem: unknown }> {
  const { url } = await startService(t)
  const { hostname, port } = new URL(url)
  const answer = await new Promise<string>((resolve, reject) => {
    let seen = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.on('data', chunk => {
      seen += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(seen))
  })
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { head, problem: JSON.parse(body) }
}

const host = 'Host: localhost\r\nX-CSRF: 1\r\n'
const both = 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n'

const cases: [title: string, sent: string, status: number, code: string][] = [
  ['no HTTP', 'hello\r\n\r\n', 400, 'invalid_request'],
  [
    'a space in a header',
    `GET /auth/session HTTP/1.1\r\n${host}X y: 1\r\n\r\n`,
    400,
    'invalid_request'
  ],
  ['two lengths', `POST /auth/logout HTTP/1.1\r\n${host}${both}\r\n{}`, 400, 'invalid_request'],
  [
    'headers beyond all measure',
    `GET /auth/session HTTP/1.1\r\n${host}X-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    431,
    'payload_too_large'
  ]
]

for (const [title, sent, status, code] of cases) {
  test(`${title} is answered by a problem that nobody caches`, async t => {
    const { head, problem } = await exchange(t, sent)
    t.match(head, new RegExp(`^HTTP/1.1 ${status} `))
    t.match(head, /^content-type: application\/problem\+json/im)
    t.match(head, /^cache-control: no-store$/im)
    t.match(problem, {
      type: String,
      title: String,
      status,
      detail: String,
      code,
      requestId: String
    })
  })
}
