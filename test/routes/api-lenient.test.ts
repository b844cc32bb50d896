/** APIs that do not keep to the letter of HTTP, or to what it allows and few servers do. */
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { type Test, test } from 'tap'
import { type Browser, sessionCookie } from '../support/browser.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'
import { startService } from '../support/service.ts'

/** An API that speaks bytes, and a user who is logged in before it. */
async function beforeBytes(
  t: Test,
  handler: (socket: Socket) => void,
  env: Readonly<Record<string, string>> = {}
) {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket)
    handler(socket.on('error', () => undefined))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  t.teardown(() => sockets.map(socket => socket.destroy()))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { browser } = await startService(t, {
    env: { API_UPSTREAM: `http://127.0.0.1:${port}`, ...env }
  })
  const one = browser()
  await one.login()
  return { one, sockets }
}

/** What holds of a direct connection holds of a tunnel. */
const before = {
  directly: beforeBytes,
  async 'by a proxy'(t: Test, handler: (socket: Socket) => void) {
    const { url } = await startConnectProxy(t)
    return beforeBytes(t, handler, { API_PROXY: 'on', HTTP_PROXY: url })
  }
} as const
const ways = ['directly', 'by a proxy'] as const

/** Answers the requests on a connection, each by the next of the answers. */
const inTurn =
  (...answers: readonly string[]) =>
  (socket: Socket) => {
    const left = [...answers]
    socket.on('data', chunk => {
      if (/^(GET|HEAD|POST) /.test(chunk.toString('latin1'))) socket.write(left.shift() ?? '')
    })
  }

const goes = 'HTTP/1.1 100 Continue\r\n\r\n'
const hello = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello'

for (const way of ways) {
  test(`P-09 an unsolicited interim response is ignored, ${way}`, async t => {
    const { one, sockets } = await before[way](
      t,
      inTurn(
        goes + hello,
        `${goes}${goes}HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${hello}`,
        hello.replace('hello', 'HTTP/1.1 100').replace('5', '12')
      )
    )
    t.match(await one.get('/api/x'), { status: 200, text: 'hello' })
    t.match(await one.post('/api/x', { a: 1 }), { status: 200, text: 'hello' })
    t.equal((await one.get('/api/x')).text, 'HTTP/1.1 100', 'a body is not read as an answer')
    t.equal(sockets.length, 1, 'the connection stays')
  })
}

test('P-09 a 304 and a 204 with a length have no body', async t => {
  const { one } = await beforeBytes(t, socket => {
    socket.on('data', chunk => {
      const status = chunk.includes('/204') ? '204 No Content' : '304 Not Modified'
      socket.write(`HTTP/1.1 ${status}\r\netag: "1"\r\ncontent-length: 100\r\n\r\n`)
    })
  })
  for (const status of [304, 204, 304]) {
    const answer = await one.get(`/api/${status}`, { headers: { 'if-none-match': '"1"' } })
    t.match(answer, { status, text: '', headers: { etag: '"1"' } })
  }
})

for (const way of ways) {
  test(`P-10 a GET whose kept-alive connection has died is asked once more, a POST is not, ${way}`, async t => {
    let connections = 0
    const { one } = await before[way](t, socket => {
      connections += 1
      let requests = 0
      socket.on('data', () => {
        requests += 1
        // Serves one request, and dies of the second.
        if (requests === 1) socket.write(hello)
        else socket.destroy()
      })
    })
    for (const method of ['GET', 'GET', 'HEAD']) {
      t.equal((await one.call(method, '/api/x')).status, 200, method)
    }
    t.ok(connections > 1)
    await one.get('/api/x')
    t.equal((await one.post('/api/x', { a: 1 })).status, 502)
    await one.get('/api/x')
    t.equal((await one.post('/api/x')).status, 502, 'though it could be: it has no body')
  })
}

for (const way of ways) {
  test(`P-10 a GET that a fresh connection dies of is asked once, ${way}`, async t => {
    let requests = 0
    const { one } = await before[way](t, socket => {
      socket.on('data', () => {
        requests += 1
        socket.destroy()
      })
    })
    t.equal((await one.get('/api/x')).status, 502)
    t.equal(requests, 1)
  })
}

/** A large upload, of which the API reads the first part. */
function upload(t: Test, { origin, sessionId }: Browser) {
  const headers = {
    'x-csrf': '1',
    cookie: `${sessionCookie}=${sessionId}`,
    'content-type': 'application/json',
    'content-length': String(8 * 1024 * 1024)
  }
  const call = request(`${origin}/api/x`, { method: 'POST', headers, agent: false })
  call.on('error', () => undefined)
  t.teardown(() => call.destroy())
  call.write(Buffer.alloc(8 * 1024 * 1024, 'x'))
  return once(call, 'response')
}

for (const way of ways) {
  test(`P-11 an API that refuses an upload early and closes is heard, ${way}`, async t => {
    const refusal = 'HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nno!'
    // Where the API resets the connection, a proxy may never read what it was sent before.
    const closes = way === 'directly' ? (['end', 'destroySoon'] as const) : (['end'] as const)
    for (const close of closes) {
      const { one } = await before[way](t, socket => {
        socket.once('data', () => {
          socket.write(refusal)
          socket[close]()
        })
      })
      for (let i = 0; i < 10; i++) {
        const [response] = await upload(t, one)
        t.equal(response.statusCode, 413, close)
      }
    }
  })
}

test('P-12 an answer that breaks off reaches an HTTP/1.0 client as broken', async t => {
  const { one } = await beforeBytes(t, socket => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n'
    socket.once('data', chunk => {
      if (chunk.includes('/whole')) return void socket.write(`${head}4\r\nhalf\r\n0\r\n\r\n`)
      socket.write(`${head}4\r\nhalf\r\n`)
      setTimeout(() => socket.destroy(), 300)
    })
  })
  const port = Number(new URL(one.origin).port)
  const get = async (path: string) => {
    const socket = connect(port, '127.0.0.1')
    const lines = [`GET ${path} HTTP/1.0`, 'x-csrf: 1', 'host: localhost']
    socket.write([...lines, `cookie: ${sessionCookie}=${one.sessionId}`, '', ''].join('\r\n'))
    socket.resume()
    await once(socket, 'end')
  }
  await t.resolves(get('/api/whole'))
  await t.rejects(get('/api/half'), { code: 'ECONNRESET' })
})
