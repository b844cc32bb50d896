/** What a balancer before the service has to get right, asked over TLS. */
import { request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'

function call(port, method, path, { headers = {}, body, untilFirst = false } = {}) {
  return new Promise((resolve, reject) => {
    const given = {
      'x-csrf': '1',
      ...(body && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body)
      }),
      ...headers
    }
    const options = {
      host: 'localhost',
      family: 4,
      port,
      method,
      path,
      agent: false,
      headers: given
    }
    // A certificate of this run.
    const outgoing = request({ ...options, rejectUnauthorized: false }, incoming => {
      let text = ''
      const done = () => {
        const [cookie] = incoming.headers['set-cookie'] ?? []
        resolve({ status: incoming.statusCode, text, cookie: cookie?.split(';')[0] })
      }
      incoming.on('data', chunk => {
        text += chunk
        if (!untilFirst) return
        done()
        outgoing.destroy()
      })
      incoming.on('end', done)
    })
    outgoing.setTimeout(60_000, () => outgoing.destroy(new Error(`${method} ${path}: no answer`)))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** What comes back over a WebSocket, or why none does. */
async function echoOverSocket(port, headers) {
  const socket = new WebSocket(`wss://localhost:${port}/api/socket`, {
    headers: { ...headers, origin: `https://localhost:${port}` },
    family: 4,
    rejectUnauthorized: false
  })
  const said = new Promise(resolve => {
    socket.on('error', error => resolve(error.message))
    socket.on('message', data => resolve(String(data)))
  })
  socket.on('open', () => socket.send('hello'))
  return said.finally(() => socket.terminate())
}

/** Waits until `work` resolves to true. */
export async function until(work, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
    const result = await work().catch(error => error)
    if (result === true) return
    if (Date.now() > end) throw result instanceof Error ? result : new Error('it did not get ready')
  }
}

/** What a balancer has to get right, each with a sentence. Throws at the first that it does not. */
export async function examine(port, kill) {
  const ok = (holds, what, seen) => {
    if (!holds) throw new Error(`${what}; seen: ${seen}`)
  }
  await until(async () => (await call(port, 'GET', '/healthz')).status === 200)
  const credentials = JSON.stringify({ email: 'demo@example.com', password: 'Correct-Horse-9' })
  const forged = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' }
  const login = await call(port, 'POST', '/auth/login', { body: credentials, headers: forged })
  ok(login.status === 200 && login.cookie, 'a login gives a cookie', login.text)
  const headers = { cookie: login.cookie }
  const { text: list } = await call(port, 'GET', '/auth/sessions', { headers })
  ok(!list.includes('203.0.113.9'), 'a client cannot choose its own address', list)
  ok(/127\.0\.0\.1|::1/.test(list), "the client's address arrives", list)
  const body = JSON.stringify({ filling: 'x'.repeat(3 * 1024 * 1024) })
  const upload = await call(port, 'POST', '/api/size', { headers, body })
  ok(upload.text.includes(String(body.length)), 'a body of 3 MiB arrives', upload.status)
  const path = '/tags/C%23/a%2Fb?q=%20'
  const encoded = await call(port, 'GET', `/api${path}`, { headers })
  ok(JSON.parse(encoded.text).url === path, 'a path travels as it was encoded', encoded.text)
  const stream = await call(port, 'GET', '/api/stream', { headers, untilFirst: true })
  ok(stream.text.includes('first'), 'a stream is not held back', stream.text)
  const events = await call(port, 'GET', '/auth/events', { headers, untilFirst: true })
  ok(events.text.includes('retry:'), 'the events of the session are not held back', events.text)
  const said = await echoOverSocket(port, headers)
  ok(said === 'hello', 'a WebSocket is carried', said)
  await kill()
  for (let i = 0; i < 12; i++) {
    const { status, text } = await call(port, 'GET', '/auth/session', { headers })
    ok(status === 200 && text.includes('"authenticated":true'), 'an instance may die', status)
  }
}
