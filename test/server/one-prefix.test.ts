/** Two products on one Redis: each has a prefix of its own, or the second one does not start. */
import { randomBytes } from 'node:crypto'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { startProcess } from '../support/process.ts'
import { startRedis } from '../support/redis.ts'
import { until } from '../support/redis-cluster.ts'
import { startService, testKey } from '../support/service.ts'

const otherKey = randomBytes(32).toString('base64')

/** A Redis that one product with `testKey` uses, and a way to start others there. */
async function world(t: Test) {
  const redis = await startRedis(t)
  const cognito = await startCognito(t)
  const start = (env: Record<string, string> = {}) =>
    startService(t, { cognito, env: { REDIS_URL: redis.url, ...env } })
  const startApart = (env: Record<string, string>) =>
    startProcess(t, { REDIS_URL: redis.url, COGNITO_ENDPOINT: cognito.url, ...env })
  return { redis, start, startApart, first: await start() }
}

test('O-26 a product with other keys does not start under a prefix that is taken, and says why', async t => {
  const { first, startApart } = await world(t)
  const { ended, url, output } = startApart({ SESSION_KEYS: otherKey })
  t.same(await Promise.race([ended, url.catch(() => ended)]), { code: 1, signal: null })
  t.match(output(), /^SESSION_KEYS .*bff:secret.*REDIS_PREFIX.*delete/m)
  t.notMatch(output(), /^\s+at /m, 'and no stack')
  t.notMatch(output(), otherKey)
  t.equal((await first.browser().login()).status, 200, 'the first one goes on')
})

test('O-26 a product with a prefix of its own starts, and ends no session of the other', async t => {
  const { first, start } = await world(t)
  const other = await start({ SESSION_KEYS: otherKey, REDIS_PREFIX: 'shop:' })
  const [here, there] = [first.browser(), other.browser()]
  await here.login()
  await there.login()
  await there.post('/auth/logout/all')
  t.same((await here.get('/auth/session')).json.authenticated, true)
})

test('O-26 an instance that shares one key starts, in any step of a rotation', async t => {
  const { start } = await world(t)
  for (const keys of [`${testKey},${otherKey}`, `${otherKey},${testKey}`, otherKey]) {
    t.ok(await start({ SESSION_KEYS: keys }), keys === otherKey ? 'without the old key' : 'both')
  }
})

test('O-26 where all old keys are lost, deleting the record lets the service start', async t => {
  const { first, redis, start } = await world(t)
  await first.app.close()
  await t.rejects(start({ SESSION_KEYS: otherKey }), { name: 'StartError' })
  await redis.cli('DEL', 'bff:secret')
  const { browser } = await start({ SESSION_KEYS: otherKey })
  t.equal((await browser().login()).status, 200)
})

test('O-26 where Redis was away at the start, a service with other keys is not ready', async t => {
  const { redis, start } = await world(t)
  const record = await redis.raw('GET', 'bff:secret')
  t.ok(Buffer.isBuffer(record), 'the first instance has written it at its start')
  await redis.stop()
  const { browser, logs } = await start({ SESSION_KEYS: otherKey })
  await redis.start()
  await redis.raw('SET', 'bff:secret', Buffer.from(record as Buffer))
  const one = browser()
  await until(async () => logs.some(line => line.includes('"event":"redis_up"')))
  t.match(await one.get('/readyz'), { status: 503, json: { code: 'store_unavailable' } })
  const demo = { email: 'demo@example.com', password: 'Correct-Horse-9' }
  t.match(await one.post('/auth/login', demo), { status: 503, json: { code: 'store_unavailable' } })
  t.match(
    logs.filter(line => line.includes('store_unusable')),
    [/foreign_shared_secret/]
  )
})
