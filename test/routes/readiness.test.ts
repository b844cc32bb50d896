import { type Test, test } from 'tap'
import { startRedis } from '../support/redis.ts'
import { startCluster, until } from '../support/redis-cluster.ts'
import { freePort } from '../support/redis-process.ts'
import { startService } from '../support/service.ts'

/** A service as a user of Redis who has these rights; `args` are those of the server. */
async function serviceWith(t: Test, rights: readonly string[], args: readonly string[] = []) {
  const redis = await startRedis(t, args)
  await redis.cli('ACL', 'SETUSER', 'bff', 'on', '>password', ...rights)
  const url = redis.url.replace('redis://', 'redis://bff:password@')
  const { browser, logs } = await startService(t, { env: { REDIS_URL: url } })
  const one = browser()
  const events = () => logs.filter(line => line.includes('store_unusable'))
  return { redis, one, events }
}

const documented = ['~bff:*', '&bff:*', '+@all', '-@admin', '-@dangerous']

const refused = [
  { name: 'without scripting', rights: [...documented, '-@scripting'], reason: /NOPERM/ },
  { name: 'with another prefix', rights: ['~other:*', '+@all'], reason: /NOPERM/ },
  {
    name: 'without hashes',
    rights: [...documented, '-@hash'],
    reason: /redis_failed.*can't run this command/
  },
  { name: 'that may only read', rights: ['~*', '+@read', '+@connection'], reason: /NOPERM/ },
  {
    name: 'without EVAL',
    rights: documented,
    args: ['--rename-command', 'EVAL', ''],
    reason: /unknown command/
  }
]

for (const { name, rights, args, reason } of refused) {
  test(`O-16 a user of Redis ${name} is not ready, and the log says why, once`, async t => {
    const { one, events } = await serviceWith(t, rights, args)
    for (let i = 0; i < 3; i++) {
      t.match(await one.get('/readyz'), { status: 503, json: { code: 'store_unavailable' } })
    }
    t.match(events(), [reason])
    t.equal((await one.get('/readyz?store=optional')).status, 200)
  })
}

test('O-16 a server that is a replica is not ready, and the log says why', async t => {
  const redis = await startRedis(t)
  await redis.cli('REPLICAOF', '127.0.0.1', `${await freePort()}`)
  const { browser, logs } = await startService(t, { env: { REDIS_URL: redis.url } })
  const one = browser()
  await until(async () => (await one.get('/readyz')).status === 503 && /READONLY/.test(logs.join()))
  t.match(await one.get('/readyz'), { status: 503, json: { code: 'store_unavailable' } })
  const { status, json } = await one.post('/auth/login', {
    email: 'demo@example.com',
    password: 'Correct-Horse-9'
  })
  t.match({ status, code: json.code }, { status: 503, code: 'store_unavailable' })
})

test('O-16 a user of Redis with the documented rights is ready, on a full Redis too', async t => {
  const { one, redis, events } = await serviceWith(t, documented)
  t.same((await one.get('/readyz')).json, { status: 'ok' })
  await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
  t.equal((await one.get('/readyz')).status, 200, 'who is logged in goes on')
  t.same(events(), [])
  const keys = [await redis.cli('KEYS', '*')].flat().map(String)
  t.same(
    keys.filter(key => /^bff:[sl]:/.test(key)),
    [],
    'nothing is left behind'
  )
})

test('O-16 without one of its masters a cluster is ready in part, and readiness says so', async t => {
  const cluster = await startCluster(t)
  await cluster.masters[1].stop()
  const nodes = cluster.urls.map(url => new URL(url).host).join(',')
  const { browser } = await startService(t, { env: { REDIS_CLUSTER_NODES: nodes } })
  const one = browser()
  await until(async () => (await one.get('/readyz')).status === 200)
  t.match((await one.get('/readyz')).json, {
    status: 'partial',
    detail: '34 % of the session store is unavailable.'
  })
})
