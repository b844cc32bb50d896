/** How long the typed client waits: for a head, for a body, and until its caller has enough. */
import { test } from 'tap'
import { createClient } from '../../packages/client/src/client.ts'
import { startService } from './support.ts'

test('X-18 the deadline ends with the head: a stream lives on, and ends with its signal', async t => {
  const { url } = await startService(t, () => ({
    headers: { 'content-type': 'text/event-stream' },
    stream: { chunk: 'data: x\n\n', everyMs: 50 }
  }))
  const client = createClient({ baseUrl: url, timeout: 5000 })
  t.teardown(client.close)
  const leaving = new AbortController()
  const { signal } = leaving
  const response = await client.fetch('/api/events', { signal, timeout: 400 })
  const reader = response.body?.getReader()
  const began = Date.now()
  while (Date.now() - began < 700) t.notOk((await reader?.read())?.done)
  leaving.abort()
  await t.rejects(
    async () => {
      while (!(await reader?.read())?.done);
    },
    { name: 'AbortError' }
  )
})

test('X-18 each call has a deadline of its own, for its head and for its body', async t => {
  let isSilent = true
  const { url } = await startService(t, () => ({
    isSilent,
    stream: { chunk: ' ', everyMs: 20 }
  }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  const late = { code: 'network_error', message: /in time/ }
  await t.rejects(client.getProfile({ timeout: 50 }), late)
  await t.rejects(client.fetch('/api/x', { timeout: 50 }), late)
  isSilent = false
  await t.rejects(client.getProfile({ timeout: 1000 }), late, 'a body that never ends')
})

test('a timeout of 0 waits for as long as it takes', async t => {
  const { url } = await startService(t, () => ({ json: {} }))
  const client = createClient({ baseUrl: url, timeout: 1 })
  t.teardown(client.close)
  t.same(await client.getProfile({ timeout: 0 }), {})
  t.equal((await client.fetch('/api/x', { timeout: Number.POSITIVE_INFINITY })).status, 200)
})

test('a service that cannot be reached is a network_error', async t => {
  const client = createClient({ baseUrl: 'http://127.0.0.1:1' })
  t.teardown(client.close)
  await t.rejects(client.getProfile(), { code: 'network_error', status: 0 })
})

test('a service that says nothing is given up in time', async t => {
  const { url } = await startService(t, () => ({ isSilent: true }))
  const client = createClient({ baseUrl: url, timeout: 50 })
  t.teardown(client.close)
  await t.rejects(client.getProfile(), { code: 'network_error', message: /in time/ })
})

test('an abort by the caller is thrown as fetch throws it', async t => {
  const { url } = await startService(t, () => ({ isSilent: true }))
  const client = createClient({ baseUrl: url })
  t.teardown(client.close)
  const leaving = new AbortController()
  const answer = client.getProfile({ signal: leaving.signal })
  leaving.abort()
  await t.rejects(answer, { name: 'AbortError' })
})
