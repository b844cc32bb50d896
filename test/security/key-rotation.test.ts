/** SESSION_KEYS changes step by step while people are logged in, are counted and are remembered. */
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { startRedis } from '../support/redis.ts'
import { startService, testKey } from '../support/service.ts'

const newKey = Buffer.from('vutsrqponmlkjihgfedcba9876543210').toString('base64')
const steps = [`${testKey},${newKey}`, `${newKey},${testKey}`, newKey]
const [email, password] = ['ann@example.com', 'Correct-Horse-9']
const newPassword = 'Better-Battery-8'

async function world(t: Test, env: Record<string, string> = {}) {
  const redis = await startRedis(t)
  const cognito = await startCognito(t)
  await cognito.createUser({ email, password, confirmed: true })
  const start = (keys: string) =>
    startService(t, { cognito, env: { REDIS_URL: redis.url, SESSION_KEYS: keys, ...env } })
  return { cognito, start }
}

for (const [i, keys] of steps.slice(0, 2).entries()) {
  test(`O-09 after step ${i + 1} a reset ends the session of an account that is kept locked`, async t => {
    const { cognito, start } = await world(t)
    const before = await start(testKey)
    const thief = before.browser()
    await thief.login(email, password)
    await before.browser().post('/auth/password/forgot', { email })
    const code = await cognito.code(email)
    const after = await start(keys)
    // Nobody can log in silently then: the user is known by the address alone.
    for (const operation of ['InitiateAuth', 'RespondToAuthChallenge']) {
      const fault = { error: 'NotAuthorizedException', times: 100 }
      await cognito.fault({ operation, ...fault })
    }
    const reset = await after.browser().post('/auth/password/reset', { email, code, newPassword })
    t.equal(reset.status, 204, reset.text)
    t.equal((await thief.get('/auth/profile')).json.code, 'session_expired')
  })
}

test('O-09 limits and marks go on through every step, on old and new instances alike', async t => {
  const limits = { RATE_LIMIT_SCALE: '1', RATE_LIMIT_LOGIN_PER_ADDRESS: '4/3600' }
  const { start } = await world(t, limits)
  const services = []
  const statuses = []
  for (const keys of [testKey, ...steps]) {
    services.push(await start(keys))
    const one = services.at(-1)?.browser()
    statuses.push((await one?.post('/auth/login', { email: 'x@b.c', password }))?.status)
  }
  t.same(statuses, [401, 401, 401, 401])
  for (const service of services) {
    const refused = await service.browser().post('/auth/login', { email: 'y@b.c', password })
    t.equal(refused.status, 429)
  }
})
