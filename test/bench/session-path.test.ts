/** What a request may cost, in things that can be counted: they are the same on every machine. */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

const asked = 20

type Costly = 'createDecipheriv' | 'createCipheriv' | 'createHmac' | 'createHash' | 'randomBytes'
const costly: readonly Costly[] = [
  'createDecipheriv',
  'createCipheriv',
  'createHmac',
  'createHash',
  'randomBytes'
]

/** Counts calls into node:crypto from anywhere in this process, until the test ends. */
function countCrypto(t: Test): Map<Costly, number> {
  const counts = new Map<Costly, number>()
  for (const name of costly) {
    const real = crypto[name]
    const counting = new Proxy(real, {
      apply(target, self, args) {
        counts.set(name, (counts.get(name) ?? 0) + 1)
        return Reflect.apply(target, self, args)
      }
    })
    Object.assign(crypto, { [name]: counting })
    t.teardown(() => {
      Object.assign(crypto, { [name]: real })
      syncBuiltinESMExports()
    })
  }
  syncBuiltinESMExports()
  return counts
}

/** Commands since the last reset; those that keep the connection alive, and this look, left out. */
async function commandsOf(redis: TestRedis): Promise<Record<string, number>> {
  const stats = String(await redis.cli('INFO', 'commandstats'))
  const counts = [...stats.matchAll(/cmdstat_([a-z|]+):calls=(\d+)/g)]
    .map(([, name = '', calls]) => [name, Number(calls)] as const)
    .filter(([name]) => !/^(info|ping|hello|client|config|select)\b/.test(name))
  return Object.fromEntries(counts)
}

test('a signed-in request costs one GET of Redis and opens one seal', async t => {
  const redis = await startRedis(t)
  const service = await startService(t, { env: { REDIS_URL: redis.url } })
  const browser = service.browser()
  await browser.login()
  await browser.get('/auth/session')
  await redis.cli('CONFIG', 'RESETSTAT')
  const counts = countCrypto(t)
  for (let i = 0; i < asked; i++) {
    t.equal((await browser.get('/auth/session')).json.authenticated, true)
  }
  t.equal(counts.get('createDecipheriv'), asked, 'the session is opened, the tokens are not')
  t.equal(counts.get('createHmac'), asked, 'one key is derived')
  t.equal(counts.get('createHash'), asked, '@fastify/session hashes what it loads')
  t.notOk(counts.get('createCipheriv'), 'nothing is sealed')
  t.notOk(counts.get('randomBytes'), 'no id is drawn')
  t.same(await commandsOf(redis), { get: asked })
})

test('a call of the API costs one GET of Redis and opens two seals', async t => {
  const redis = await startRedis(t)
  const cognito = await startCognito(t)
  const service = await startService(t, {
    cognito,
    env: { REDIS_URL: redis.url, API_UPSTREAM: `${cognito.url}/_local/api` }
  })
  const browser = service.browser()
  await browser.login()
  await browser.get('/api/hello')
  await redis.cli('CONFIG', 'RESETSTAT')
  const counts = countCrypto(t)
  for (let i = 0; i < asked; i++) t.equal((await browser.get('/api/hello')).status, 200)
  t.equal(counts.get('createDecipheriv'), 2 * asked, 'the session and its tokens')
  t.notOk(counts.get('createCipheriv'), 'nothing is sealed')
  t.same(await commandsOf(redis), { get: asked })
})

test('an anonymous request costs no command of Redis and opens nothing', async t => {
  const redis = await startRedis(t)
  const cognito = await startCognito(t)
  const service = await startService(t, {
    cognito,
    env: { REDIS_URL: redis.url, API_UPSTREAM: `${cognito.url}/_local/api` }
  })
  const browser = service.browser()
  await browser.get('/auth/session')
  await redis.cli('CONFIG', 'RESETSTAT')
  const counts = countCrypto(t)
  for (let i = 0; i < asked; i++) {
    t.equal((await browser.get('/auth/session')).json.authenticated, false)
  }
  t.notOk(counts.get('createDecipheriv'))
  t.notOk(counts.get('createHmac'))
  t.notOk(counts.get('createHash'), 'there is no session to hash')
  t.notOk(counts.get('randomBytes'), 'no id is drawn for a session that nobody begins')
  t.same(await commandsOf(redis), {})
})
