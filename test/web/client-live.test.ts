/** The client's live connections, over a real WebSocket server. Node 20 has no WebSocket of its own. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type Test, test } from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import { openSocket } from '../../packages/client/src/live.ts'
import { moment } from '../support/moment.ts'

async function startServer(t: Test) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  t.teardown(() => {
    for (const one of server.clients) one.terminate()
    server.close()
  })
  t.intercept(globalThis, 'WebSocket', { value: WebSocket })
  const { port } = server.address() as AddressInfo // a TCP server has one
  const next = async (): Promise<WebSocket> => (await once(server, 'connection'))[0]
  return { url: `http://127.0.0.1:${port}/api/live`, next }
}

test('a socket comes back after a break, and stops when the session has ended', async t => {
  const { url, next } = await startServer(t)
  const ends: unknown[] = []
  const ended = moment()
  const opened: number[] = []
  const first = next()
  const socket = openSocket(url, async () => true, {
    onMessage: () => undefined,
    onOpen: () => opened.push(opened.length),
    onEnd(...end) {
      ends.push(end)
      ended.happen()
    }
  })
  t.equal(socket.send('too early'), false)
  const broken = await first
  const again = next()
  broken.close(1012)
  const second = await again
  const heard = once(second, 'message')
  while (!socket.send('hello')) await new Promise(resolve => setTimeout(resolve, 5))
  t.equal(String((await heard)[0]), 'hello')
  second.close(4401, 'logged_out')
  await ended.happened
  t.same(ends, [[4401, 'logged_out']])
  t.equal(opened.length, 2)
})

test('a socket that broke is given up where the session has ended meanwhile', async t => {
  const { url, next } = await startServer(t)
  const first = next()
  const ended = moment()
  openSocket(url, async () => false, {
    onMessage: () => undefined,
    onEnd(code) {
      t.equal(code, 4401)
      ended.happen()
    }
  })
  ;(await first).terminate()
  await ended.happened
})

test('a socket that the page closes stays closed', async t => {
  const { url, next } = await startServer(t)
  const first = next()
  const opened = moment()
  const socket = openSocket(url, async () => true, {
    onMessage: () => undefined,
    onOpen: opened.happen,
    onEnd: () => t.fail('the page knows')
  })
  const closed = once(await first, 'close')
  await opened.happened
  socket.close()
  t.equal((await closed)[0], 1000)
})
