import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Test, test } from 'tap'
import { startRedis } from '../support/redis.ts'
import { startService, testKey } from '../support/service.ts'

const program = fileURLToPath(new URL('../../src/end-sessions.js', import.meta.url))

/** Runs the program as an operator would; answers its exit code and all it printed. */
const run = (t: Test, env: Readonly<Record<string, string>>, ...args: string[]) =>
  runIn(t.testdir(), env, ...args)

const runIn = (cwd: string, env: Readonly<Record<string, string>>, ...args: string[]) =>
  new Promise<{ code: unknown; output: string }>(resolve => {
    const options = { cwd, env: { PATH: process.env.PATH, ...env } }
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr })
    })
  })

test('S-14 the operator ends all sessions of one user, and of no other', async t => {
  const redis = await startRedis(t)
  const { browser, cognito } = await startService(t, { env: { REDIS_URL: redis.url } })
  const user = { email: 'ann@example.com', password: 'Correct-Horse-9' }
  const { sub } = await cognito.createUser({ ...user, confirmed: true })
  const [phone, laptop, other] = [browser(), browser(), browser()]
  await phone.login(user.email)
  await laptop.login(user.email)
  await other.login()

  const env = { REDIS_URL: redis.url, SESSION_KEYS: testKey, COGNITO_ENDPOINT: cognito.url }
  const { code, output } = await run(t, env, sub)
  t.equal(code, 0, output)
  t.same(JSON.parse(output), { event: 'session.revoked', reason: 'operator', sub, ended: 2 })
  for (const one of [phone, laptop]) {
    t.equal((await one.get('/auth/profile')).json.code, 'session_expired')
  }
  t.equal((await other.get('/auth/profile')).status, 200)
})

test('without a user, or a Redis to look in, it says what is missing', async t => {
  const nobody = await run(t, {})
  t.match(nobody, { code: 1, output: /sub/ })
  const nowhere = await run(t, {}, 'some-sub')
  t.match(nowhere, { code: 1, output: /REDIS_URL/ })
})

test('O-17 it reads .env, and says what Redis said', async t => {
  const redis = await startRedis(t, ['--requirepass', 'right'])
  const folder = t.testdir({ '.env': `REDIS_URL=redis://:wrong@127.0.0.1:${redis.port}\n` })
  const { code, output } = await runIn(folder, { SESSION_KEYS: testKey }, 'some-sub')
  t.equal(code, 1)
  t.match(output, /WRONGPASS/)
})
