import { test } from 'tap'
import { totp } from '../cognito/totp.ts'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const user = { email: 'ann@example.com', password, confirmed: true }
const { email } = user

test('A-11 a wrong code leaves the challenge usable, five spend it', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser({ ...user, totpSecret: secret })
  await cognito.patchPool({ lockout: false })
  const one = browser()
  await one.post('/auth/login', { email, password })
  const answer = (code: string) =>
    one.post('/auth/login/challenge', { name: 'SOFTWARE_TOKEN_MFA', code })
  t.match((await answer('000000')).json, { code: 'code_mismatch', detail: /the app shows/ })
  t.equal((await answer(totp(secret, Date.now()))).json.status, 'authenticated')

  await one.post('/auth/logout')
  await cognito.advance(60)
  await one.post('/auth/login', { email, password })
  for (let i = 0; i < 4; i++) t.equal((await answer('000000')).json.code, 'code_mismatch')
  const last = await answer('000000')
  t.equal(last.json.code, 'challenge_expired')
  t.same(last.cookies, [], 'C-10 a failed call sets no cookie')
  t.equal((await answer(totp(secret, Date.now() + 60_000))).json.code, 'challenge_expired')
})

test('A-11 answers that come together do not share a try', async t => {
  const redis = await startRedis(t)
  const { browser, cognito } = await startService(t, { env: { REDIS_URL: redis.url } })
  await cognito.createUser({ ...user, totpSecret: secret })
  await cognito.patchPool({ lockout: false })
  const one = browser()
  await one.post('/auth/login', { email, password })
  const answer = () =>
    one.post('/auth/login/challenge', { name: 'SOFTWARE_TOKEN_MFA', code: '000000' })
  const before = (await cognito.calls()).RespondToAuthChallenge ?? 0
  const codes = []
  for (let round = 0; round < 5; round++) {
    // Held back together, they all read the challenge before one of them spends a try.
    await redis.cli('CLIENT', 'PAUSE', '300', 'ALL')
    const answers = await Promise.all(Array.from({ length: 6 }, answer))
    codes.push(...answers.map(({ json }) => json.code))
  }
  const judged = ((await cognito.calls()).RespondToAuthChallenge ?? 0) - before
  t.equal(judged, codes.filter(code => code === 'code_mismatch').length + 1)
  t.equal(judged, 5)
  t.ok(codes.includes('rate_limited'), 'they did meet')
  const known = ['challenge_expired', 'code_mismatch', 'rate_limited']
  t.same(
    codes.filter(code => !known.includes(code)),
    []
  )
})
