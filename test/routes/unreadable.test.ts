import { once } from 'node:events'
import { connect } from 'node:net'
import { type Test, test } from 'tap'
import { beforeApi } from '../support/api.ts'
import { sessionCookie } from '../support/browser.ts'
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

const last = 'X-CSRF: 1\r\nConnection: close\r\n'

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
  ],
  ['no host', `GET /auth/session HTTP/1.1\r\n${last}\r\n`, 400, 'invalid_request'],
  ['no host for no route', `GET /nothing HTTP/1.1\r\n${last}\r\n`, 400, 'invalid_request'],
  [
    'a wish that is not met',
    `GET /auth/session HTTP/1.1\r\n${host}Expect: wonders\r\n\r\n`,
    417,
    'invalid_request'
  ]
]

for (const [title, sent, status, code] of cases) {
  test(`${title} gets a problem document that is not cached`, async t => {
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

test('HTTP/1.0 need not name the host', async t => {
  const { head } = await exchange(t, `GET /auth/session HTTP/1.0\r\n${last}\r\n`)
  t.match(head, /^HTTP\/1.1 200 /)
})

test('what is no HTTP in the middle of an answer ends it, and puts nothing into it', async t => {
  const part = 'half of an answer'
  const { one } = await beforeApi(t, (_request, response) => void response.write(part))
  const { hostname, port } = new URL(one.origin)
  const cookie = `Cookie: ${sessionCookie}=${one.sessionId}\r\n`
  const socket = connect(Number(port), hostname, () => {
    socket.write(`GET /api/x HTTP/1.1\r\n${host}${cookie}\r\n`)
  })
  let seen = ''
  socket.on('data', chunk => {
    if (!seen.includes(part) && `${seen}${chunk}`.includes(part)) socket.write('no HTTP\r\n\r\n')
    seen += chunk
  })
  await once(socket, 'close')
  t.equal(seen.split('HTTP/1.1 ').length, 2, 'one head')
  t.match(seen, /\r\nhalf of an answer\r\n$/)
})
