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

async function nextMeasurement({ app }: Service): Promise<void> {
  const { eventLoopDelay } = app.memoryUsage()
  while (app.memoryUsage().eventLoopDelay === eventLoopDelay) await wait(1)
}

/** Makes the measurement that has just begun a late one, and answers what a request gets then. */
async function statusWhenLate(service: Service): Promise<number> {
  block(3000)
  await nextMeasurement(service)
  return (await service.browser().get('/auth/session')).status
}

test('while the event loop stays late requests are answered 503, and then served again', async t => {
  const service = await startService(t, { env: { PRESSURE_EVENT_LOOP_MS: '300' } })
  await nextMeasurement(service)
  t.equal(await statusWhenLate(service), 200, 'once is a hiccup')
  // Where the machine is slow, a measurement passes between the two: then it takes one more.
  while ((await statusWhenLate(service)) !== 503) await nextMeasurement(service)
  await until(service.browser(), 200)
})

test('a limit of 0 is none', async t => {
  const none = { PRESSURE_EVENT_LOOP_MS: '0', PRESSURE_HEAP_PERCENT: '0', PRESSURE_RSS_MB: '0' }
  const { browser } = await startService(t, { env: none })
  block(1500)
  await wait(0)
  t.equal((await browser().get('/auth/session')).status, 200)
})
