import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'tap'
import type { Browser } from '../support/browser.ts'
import { type Service, startService } from '../support/service.ts'

/** Pressure is measured once a second: asks until the next measurement shows. */
async function until(browser: Browser, status: number): Promise<void> {
  while ((await browser.get('/auth/session')).status !== status) await wait(20)
}

function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

for (const [limit, reason] of [
  ['PRESSURE_RSS_MB', 'rssBytes'],
  ['PRESSURE_HEAP_PERCENT', 'heapUsedBytes']
] as const) {
  test(`above ${limit} every request but the health checks is answered 503`, async t => {
    const { browser, logs } = await startService(t, { env: { [limit]: '1' } })
    const one = browser()
    await until(one, 503)
    for (const path of ['/', '/auth/session', '/auth/nothing', '/api/hello', '/nothing.js']) {
      const answer = await one.get(path)
      t.equal(answer.status, 503, path)
      t.equal(answer.json.code, 'service_unavailable')
      t.ok(Number(answer.headers['retry-after']) > 0)
      t.ok(answer.headers['x-request-id'])
    }
    for (const path of ['/healthz', '/readyz']) t.equal((await one.get(path)).status, 200, path)
    t.ok(logs.some(line => line.includes(`"reason":"${reason}"`)))
  })
}

/** Keeps the event loop late by `ms` in each turn, until the function it returns is called. */
function keepLate(ms: number): () => void {
  let isLate = true
  const turn = () => {
    if (!isLate) return
    block(ms)
    setTimeout(turn)
  }
  turn()
  return () => {
    isLate = false
  }
}

/** Within one turn of the event loop, so that no measurement comes between. */
const statusOf = async ({ app }: Service): Promise<number> =>
  (await app.inject({ url: '/auth/session', headers: { 'x-csrf': '1' } })).statusCode

test('while the event loop stays late requests are answered 503, and then served again', async t => {
  const limit = 100
  const service = await startService(t, { env: { PRESSURE_EVENT_LOOP_MS: `${limit}` } })
  const recover = keepLate(4 * limit)
  t.teardown(recover)
  while (service.app.memoryUsage().eventLoopDelay <= limit) await wait(1)
  t.equal(await statusOf(service), 200, 'once is a hiccup')
  while ((await statusOf(service)) !== 503) await wait(1)
  recover()
  await until(service.browser(), 200)
})

test('a limit of 0 is none', async t => {
  const none = { PRESSURE_EVENT_LOOP_MS: '0', PRESSURE_HEAP_PERCENT: '0', PRESSURE_RSS_MB: '0' }
  const { browser } = await startService(t, { env: none })
  block(1500)
  await wait(0)
  t.equal((await browser().get('/auth/session')).status, 200)
})
