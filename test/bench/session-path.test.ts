/** What a request may cost, in things that can be counted: they are the same on every machine. */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { type Test, test } from 'tap'
import type { Browser } from '../support/browser.ts'
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
    // What the sweep of the journal sends every few seconds is no command of a request.
    .filter(([, calls]) => calls >= asked)
  return Object.fromEntries(counts)
}

/** A session is remembered once it was read twice. */
async function readTwice(browser: Browser, path: string): Promise<void> {
  await browser.get(path)
  await browser.get(path)
}

test('a signed-in request costs one command of Redis and opens no seal again', async t => {
  const redis = await startRedis(t)
  const service = await startService(t, { env: { REDIS_URL: redis.url } })
  const browser = service.browser()
  await browser.login()
  await readTwice(browser, '/auth/session')
  await redis.cli('CONFIG', 'RESETSTAT')
  const counts = countCrypto(t)
  for (let i = 0; i < asked; i++) {
    t.equal((await browser.get('/auth/session')).json.authenticated, true)
  }
  t.same(Object.fromEntries(counts), {}, 'nothing is opened, sealed, hashed or drawn')
  t.same(await commandsOf(redis), { getrange: asked })
})

test('a session that is read for the first time is opened, its tokens are not', async t => {
  const redis = await startRedis(t)
  const service = await startService(t, { env: { REDIS_URL: redis.url } })
  const browsers = Array.from({ length: 5 }, () => service.browser())
  for (const browser of browsers) await browser.login()
  const counts = countCrypto(t)
  for (const browser of browsers) {
    t.equal((await browser.get('/auth/session')).json.authenticated, true)
  }
  t.same(Object.fromEntries(counts), { createHmac: 5, createDecipheriv: 5 })
})

test('a call of the API costs one command of Redis and opens no seal again', async t => {
  const redis = await startRedis(t)
  const cognito = await startCognito(t)
  const service = await startService(t, {
    cognito,
    env: { REDIS_URL: redis.url, API_UPSTREAM: `${cognito.url}/_local/api` }
  })
  const browser = service.browser()
  await browser.login()
  await readTwice(browser, '/api/hello')
  await redis.cli('CONFIG', 'RESETSTAT')
  const counts = countCrypto(t)
  for (let i = 0; i < asked; i++) t.equal((await browser.get('/api/hello')).status, 200)
  t.same(Object.fromEntries(counts), {}, 'neither the session nor its tokens')
  t.same(await commandsOf(redis), { getrange: asked })
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
  t.same(Object.fromEntries(counts), {}, 'nor is an id drawn for a session that nobody begins')
  t.same(await commandsOf(redis), {})
})
