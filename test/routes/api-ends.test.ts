/** Answers through /api that are under way when their session ends. */
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Test, test } from 'tap'
import { beforeApi } from '../support/api.ts'
import { Browser } from '../support/browser.ts'
import { startRedis } from '../support/redis.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { startService } from '../support/service.ts'

/** The promise is 5 s, with a look every 2.5 s. A machine that is busy with other tests may be late (ms). */
const longest = 15_000

/** A stream that begins at once, and a long poll that says nothing. */
const api: RequestListener = ({ url }, response) => {
  if (url !== '/stream') return
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: x\n\n')
}

/** Two instances on one store, before one API. */
async function twoInstances(t: Test, env: Readonly<Record<string, string>>) {
  const first = await beforeApi(t, api, env)
  const port = (first.server.address() as AddressInfo).port // a TCP server has one
  const second = await startService(t, {
    cognito: first.cognito,
    env: { API_UPSTREAM: `http://127.0.0.1:${port}`, ...env }
  })
  return { ...first, second }
}

/** The same browser, at another instance. */
function at(url: string, { jar }: Browser): Browser {
  const browser = new Browser(url)
  for (const [name, value] of jar) browser.jar.set(name, value)
  return browser
}

const ends: Record<string, (one: Browser, other: Browser) => Promise<unknown>> = {
  logout: one => one.post('/auth/logout'),
  'log out everywhere': (_one, other) => other.post('/auth/logout/all'),
  kick: async (_one, other) => {
    const { sessions } = (await other.get('/auth/sessions')).json
    for (const { id, current } of sessions) {
      if (!current) await other.call('DELETE', `/auth/sessions/${id}`)
    }
  },
  'change of password': (_one, other) =>
    other.post('/auth/password/change', {
      currentPassword: 'Correct-Horse-9',
      newPassword: 'Battery-Staple-8'
    }),
  deletion: (_one, other) => other.post('/auth/account/delete', { password: 'Battery-Staple-8' })
}

/** How both calls of `one` end once `end` has run, and how long that took in ms. */
async function endOf(t: Test, one: Browser, end: () => Promise<unknown>) {
  const calls = ['/api/stream', '/api/poll'].map(path =>
    one.get(path).then(
      ({ status, json }) => `${status} ${json.code}`,
      () => 'broken off'
    )
  )
  await sleep(1300)
  const begun = performance.now()
  await end()
  t.same(await Promise.all(calls), ['broken off', '401 session_expired'])
  return performance.now() - begun
}

test('S-25 streams end with their session, wherever it is ended', async t => {
  const redis = await startRedis(t)
  const { one, second } = await twoInstances(t, { REDIS_URL: redis.url })
  let password = 'Correct-Horse-9'
  for (const [name, end] of Object.entries(ends)) {
    await one.login('demo@example.com', password)
    const other = second.browser()
    await other.login('demo@example.com', password)
    const took = await endOf(t, one, () => end(at(second.url, one), other))
    t.ok(took < longest, `${name}: ${took} ms`)
    if (name === 'change of password') password = 'Battery-Staple-8'
  }
})

test('S-25 the same in a cluster, and where Redis sends no messages', async t => {
  const { urls } = await startCluster(t)
  const nodes = urls.map(url => new URL(url).host).join(',')
  const cluster = await twoInstances(t, { REDIS_CLUSTER_NODES: nodes })
  const logout = async () => at(cluster.second.url, cluster.one).post('/auth/logout')
  t.ok((await endOf(t, cluster.one, logout)) < longest)
  const redis = await startRedis(t, ['--rename-command', 'SUBSCRIBE', ''])
  const { one, second, logs } = await twoInstances(t, { REDIS_URL: redis.url })
  const took = await endOf(t, one, () => at(second.url, one).post('/auth/logout'))
  t.ok(took < longest, `${took} ms`)
  t.match(logs.join(''), 'session_ends_unsubscribed')
})

test('S-25 a call that is over within a second is not watched', async t => {
  const redis = await startRedis(t)
  const { one } = await beforeApi(t, (_request, response) => response.end('hello'), {
    REDIS_URL: redis.url
  })
  await redis.cli('CONFIG', 'RESETSTAT')
  for (let i = 0; i < 5; i++) await one.get('/api/hello')
  const stats = String(await redis.cli('INFO', 'commandstats'))
  t.match(stats, 'cmdstat_getrange')
  t.notMatch(stats, /subscribe|publish/)
})
