/** What docs/operating.md says of sizes: measured at a real Redis, and its figures held against each other. */
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import { createSessionStore } from '../../src/session/store.ts'
import { root } from '../repo/sources.ts'
import { startRedis } from '../support/redis.ts'
import { until } from '../support/redis-cluster.ts'

const manual = readFileSync(join(root, 'docs/operating.md'), 'utf8').replace(/\s+/g, ' ')

/** The number that stands where the pattern has its group. */
function figure(pattern: RegExp, text = manual): number {
  const [, found] = pattern.exec(text) ?? []
  if (found === undefined) throw new Error(`${pattern} is not in the manual`)
  return Number(found.replace(/,/g, ''))
}

const isNear = (one: number, other: number, share: number) => Math.abs(one / other - 1) <= share

test('a session takes the memory of Redis that the manual says', async t => {
  const server = await startRedis(t)
  const redis = connectRedis({ url: server.url, deadline: 10_000 })
  await until(() =>
    redis.ping().then(
      () => true,
      () => false
    )
  )
  const store = createSessionStore({
    backend: redisBackend(redis),
    keys: [randomBytes(32)],
    idleSeconds: 1800
  })
  t.teardown(() => store.close())
  const used = async () => figure(/used_memory:(\d+)/, String(await server.cli('INFO', 'memory')))
  const now = Date.now()
  const create = () =>
    store.create(
      randomBytes(32).toString('base64url'),
      {
        kind: 'authenticated',
        handle: randomBytes(16).toString('base64url'),
        user: { sub: randomUUID(), email: 'ann@example.com', emailVerified: true, groups: [] },
        createdAt: now,
        expiresAt: now + 43_200_000,
        authenticatedAt: now
      },
      {
        accessToken: randomBytes(825).toString('base64url'),
        refreshToken: randomBytes(1275).toString('base64url'),
        accessExpiresAt: now + 900_000
      },
      { ip: '192.0.2.1', userAgent: 'x'.repeat(110) }
    )
  const several = (count: number) => Promise.all(Array.from({ length: count }, create))
  for (let round = 0; round < 5; round++) await several(100)
  const before = await used()
  for (let round = 0; round < 30; round++) await several(100)
  const measured = ((await used()) - before) / 3000
  const said = figure(/(\d\.\d) kB per session/) * 1000
  t.ok(isNear(measured, said, 0.15), `${measured} bytes, said are ${said}`)
})

test('the sizes in the manual follow from each other', async t => {
  const perSession = figure(/(\d\.\d) kB per session/) * 1000
  const configured = readFileSync(join(root, 'deploy/redis.conf'), 'utf8')
  const memory = figure(/^maxmemory (\d+)mb$/m, configured)
  t.equal(figure(/The (\d+) MB of \[deploy/), memory)
  const failing = figure(/logins fail from about ([\d,]+) sessions on/)
  t.ok(isNear((memory * 2 ** 20) / perSession, failing, 0.1))
  const quota = figure(/default quota of (\d+)/)
  const life = figure(/tokens of (\d+) minutes/) * 60
  const calls = (sessions: number) => sessions / (life - 60)
  t.equal(
    Math.round(calls(10_000)),
    figure(/10,000 active sessions with tokens of 15 minutes: (\d+) a second/)
  )
  const throttled = figure(/100,000: (\d+) a second, the whole quota/)
  t.equal(Math.round(calls(100_000)), throttled)
  t.ok(isNear(throttled, quota, 0.05))
})
