import { setTimeout as sleep } from 'node:timers/promises'
import { type Test, test } from 'tap'
import type { FaultOrder } from '../support/cognito.ts'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

const operation = 'GetTokensFromRefreshToken'

/** A service with `count` browsers that are logged in and whose access tokens have expired. */
async function expired(t: Test, count: number) {
  const redis = await startRedis(t)
  const service = await startService(t, { env: { REDIS_URL: redis.url } })
  await service.cognito.patchPool({ accessTokenSeconds: 1, refreshTokenSeconds: 3600 })
  const browsers = Array.from({ length: count }, () => service.browser())
  await Promise.all(browsers.map(one => one.login()))
  await sleep(1050)
  await service.cognito.patchPool({ accessTokenSeconds: 300 })
  const records = async () => [await redis.cli('KEYS', 'bff:s:*')].flat().length
  return { ...service, browsers, records }
}

const passing: Partial<FaultOrder>[] = [
  { status: 500 },
  { status: 503 },
  { error: 'TooManyRequestsException' },
  { error: 'ThrottlingException' },
  { error: 'InternalErrorException' },
  { error: 'ServiceUnavailableException', status: 503 },
  { error: 'UserLambdaValidationException' },
  { dropAfterCommit: true },
  { delayMs: 6000 }
]

test('T-09 only a refusal by Cognito ends a session: a temporary failure is one 503', async t => {
  const { cognito, browsers, records } = await expired(t, passing.length)
  for (const [i, fault] of passing.entries()) {
    const one = browsers[i]
    const title = JSON.stringify(fault)
    await cognito.fault({ operation, times: 1, ...fault })
    const answer = await one?.get('/api/hello')
    t.equal(answer?.status, 503, title)
    t.equal(answer?.json.code, 'cognito_unavailable')
    t.ok(Number(answer?.headers['retry-after']) > 0)
    t.same(answer?.cookies, [], 'the cookie is kept')
    t.equal((await one?.get('/auth/session'))?.json.authenticated, true)
    t.equal((await one?.get('/api/hello'))?.status, 200, 'the next request is served')
  }
  t.equal(await records(), passing.length)
})

const final: [error: string, reason: string][] = [
  ['NotAuthorizedException', 'refresh_token_invalid'],
  ['UserNotFoundException', 'user_not_found'],
  ['PasswordResetRequiredException', 'password_reset_required'],
  ['UserNotConfirmedException', 'user_not_confirmed'],
  ['RefreshTokenReuseException', 'refresh_token_reused']
]

test('S-07 S-13 a refusal of the user or the token ends the session, audited', async t => {
  const { cognito, browsers, records, logs } = await expired(t, final.length)
  for (const [i, [error, reason]] of final.entries()) {
    const one = browsers[i]
    await cognito.fault({ operation, times: 1, error })
    const answer = await one?.get('/api/hello')
    t.equal(answer?.status, 401, error)
    t.equal(answer?.json.code, 'session_expired')
    t.equal(one?.sessionId, undefined, 'the cookie is cleared')
    const ended = logs.filter(line => line.includes('"event":"session.ended"'))
    t.equal(ended.length, i + 1)
    t.match(JSON.parse(ended.at(-1) ?? ''), { reason, sub: String, session: String })
  }
  t.equal(await records(), 0)
})

test('S-07 a refresh token that has expired ends the session', async t => {
  const { cognito, browsers, records } = await expired(t, 1)
  await cognito.advance(3600)
  const answer = await browsers[0]?.get('/api/hello')
  t.equal(answer?.json.code, 'session_expired')
  t.equal(browsers[0]?.sessionId, undefined)
  t.equal(await records(), 0)
})

test('while Cognito is away, a good access token is served', async t => {
  const { browser, cognito } = await startService(t)
  const one = browser()
  await one.login()
  await cognito.fault({ operation: '*', times: 100, status: 503 })
  t.equal((await one.get('/api/hello')).status, 200)
  t.equal((await one.get('/auth/session')).json.authenticated, true)
  t.equal((await one.get('/auth/profile')).json.code, 'cognito_unavailable')
  t.ok(one.sessionId)
})
