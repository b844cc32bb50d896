/** Browsers that take nothing of an answer: they must not hold a connection to the API for ever. */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Test, test } from 'tap'
import { beforeApi } from '../support/api.ts'
import { type Browser, sessionCookie } from '../support/browser.ts'

/** Far more than the buffers on the way hold. */
const size = 64 * 1024 * 1024

/** An API that says much, or little by little. */
const handler: Parameters<typeof beforeApi>[1] = ({ url }, response) => {
  if (url === '/hello') return void response.end('hello')
  response.writeHead(200, { 'content-type': 'text/plain' })
  if (url === '/big') return void response.end(Buffer.alloc(size))
  let left = 8
  const timer = setInterval(() => {
    response.write('data: x\n\n')
    left -= 1
    if (left === 0) response.end()
  }, 400)
  response.on('close', () => clearInterval(timer))
}

/** The answer to a call, of which nothing has been read. */
async function answerTo(t: Test, { origin, sessionId }: Browser, path: string) {
  const headers = { 'x-csrf': '1', cookie: `${sessionCookie}=${sessionId}` }
  const call = request(`${origin}${path}`, { headers, agent: false })
  t.teardown(() => call.destroy())
  call.end()
  const [answer]: IncomingMessage[] = await once(call, 'response')
  if (answer === undefined) throw new Error('no answer')
  return answer
}

test('browsers that read nothing more of their answers lose them, and others are served', async t => {
  const env = { API_CONNECTIONS: '2', API_STALL_SECONDS: '1' }
  const { one, logs } = await beforeApi(t, handler, env)
  const answers = await Promise.all([answerTo(t, one, '/api/big'), answerTo(t, one, '/api/big')])
  t.equal((await one.get('/api/hello')).text, 'hello')
  const told = () => logs.filter(line => line.includes('broken off'))
  while (told().length < 2) await one.get('/auth/session')
  for (const answer of answers) {
    answer.resume()
    await t.rejects(once(answer, 'end'), 'what was on its way is not the whole')
  }
  t.match(told()[0], /"reqId":"[\w-]+"/)
})

test('a browser that reads slowly gets all of it', async t => {
  const { one } = await beforeApi(t, handler, { API_STALL_SECONDS: '1' })
  const answer = await answerTo(t, one, '/api/big')
  let received = 0
  answer.on('data', async ({ length }: Buffer) => {
    received += length
    answer.pause()
    // 64 MB in some 4 seconds.
    await sleep(length / 16_000)
    answer.resume()
  })
  await once(answer, 'end')
  t.equal(received, size)
})

test('a stream on which little happens goes on as long as it likes', async t => {
  const { one } = await beforeApi(t, handler, { API_STALL_SECONDS: '1' })
  const answer = await one.get('/api/events')
  t.equal(answer.text, 'data: x\n\n'.repeat(8))
})
