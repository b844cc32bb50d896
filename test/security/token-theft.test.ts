/** A refresh token that somebody else has used, with the whole service: what ends, and what is said of it. */

import { type Test, test } from 'tap'
import type { Browser } from '../support/browser.ts'
import type { Cognito } from '../support/cognito.ts'
import { liveSession } from '../support/found-session.ts'
import { moveClock } from '../support/moved-clock.ts'
import { startRedis } from '../support/redis.ts'
import { type Service, startService } from '../support/service.ts'

/** Calls GetTokensFromRefreshToken past the service, as a thief does. The new refresh token, or the refusal. */
async function refresh({ url, clientId }: Cognito, refreshToken: string): Promise<string> {
  const target = 'AWSCognitoIdentityProviderService.GetTokensFromRefreshToken'
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify({ ClientId: clientId, RefreshToken: refreshToken })
  })
  const { AuthenticationResult, message } = JSON.parse(await response.text())
  return AuthenticationResult?.RefreshToken ?? message
}

async function tokensOf({ app }: Service, one: Browser) {
  const session = await liveSession(app.store, one.sessionId ?? '')
  const tokens = session?.tokens()
  if (!tokens) throw new Error('There is no such session')
  return tokens
}

interface Options {
  readonly env?: Readonly<Record<string, string>>
  readonly pool?: Readonly<Record<string, unknown>>
}

/** Two browsers of one user. The refresh token of the first is stolen and used. */
async function theft(t: Test, { env = {}, pool = {} }: Options = {}) {
  const clock = moveClock(t)
  const redis = await startRedis(t)
  const service = await startService(t, { env: { REDIS_URL: redis.url, ...env } })
  const { cognito, browser } = service
  await cognito.patchPool({
    accessTokenSeconds: 300,
    refreshRotation: true,
    retryGraceSeconds: 0,
    ...pool
  })
  const [one, other] = [browser(), browser()]
  await one.login()
  await other.login()
  const stolen = (await tokensOf(service, one)).refreshToken
  const newer = await refresh(cognito, stolen)
  const suspected = () =>
    service.logs
      .map(line => JSON.parse(line))
      .filter(({ event }) => event === 'token_theft_suspected')
  return { ...service, clock, redis, one, other, newer, suspected }
}

const password = 'Correct-Horse-7'
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const revoked = 'Refresh Token has been revoked'

test('T-13 a theft ends all sessions of the user, and what the thief has, audited', async t => {
  const { one, other, cognito, clock, newer, suspected, redis } = await theft(t)
  clock.advance(301)
  const answer = await one.get('/api/hello')
  t.equal(answer.status, 401)
  t.equal(answer.json.code, 'session_expired')
  t.equal(one.sessionId, undefined, 'the cookie is cleared')
  t.equal((await other.get('/api/hello')).status, 401, 'the other session has ended as well')
  t.equal(await refresh(cognito, newer), revoked)
  t.equal((await cognito.calls()).RevokeToken, 1)
  t.equal((await cognito.calls()).GlobalSignOut, undefined, 'the access token has expired')
  const [event, ...more] = suspected()
  t.same(more, [])
  t.match(event, { level: 40, reason: 'revoked_only', sub: String, session: String })
  t.same(await redis.cli('KEYS', 'bff:[slu]:*'), [])
})

test('T-13 a theft noticed while the access token lives ends the newer tokens by GlobalSignOut', async t => {
  const { one, cognito, clock, newer, suspected } = await theft(t, {
    // What nobody outside AWS knows: RevokeToken may end the rotated token alone.
    pool: { revokingRetiredEndsFamily: false }
  })
  clock.advance(250)
  // In its last minute the token is refreshed ahead, and nobody waits for that.
  t.equal((await one.get('/api/hello')).status, 200)
  while (suspected().length === 0) await new Promise(resolve => setTimeout(resolve, 20))
  t.match(suspected(), [{ reason: 'signed_out_everywhere' }])
  t.equal(await refresh(cognito, newer), revoked)
  t.equal((await one.get('/api/hello')).json.code, 'session_expired')
})

test('T-13 what may live on where RevokeToken ends the rotated token alone is said in the log', async t => {
  const { one, cognito, clock, newer, suspected } = await theft(t, {
    pool: { revokingRetiredEndsFamily: false }
  })
  clock.advance(301)
  t.equal((await one.get('/api/hello')).status, 401)
  t.match(suspected(), [{ reason: 'revoked_only' }])
  t.not(await refresh(cognito, newer), revoked, 'only an administrator can end this')
})

test('T-13 TOKEN_THEFT_ENDS=session ends that session alone', async t => {
  const { one, other, clock, suspected } = await theft(t, { env: { TOKEN_THEFT_ENDS: 'session' } })
  clock.advance(301)
  t.equal((await one.get('/api/hello')).status, 401)
  t.equal((await other.get('/api/hello')).status, 200)
  t.equal(suspected().length, 1)
})

test('T-13 a theft ends the sessions although Cognito then fails, and the log says what lives on', async t => {
  const { one, other, cognito, clock, suspected, logs } = await theft(t)
  await cognito.fault({ operation: 'RevokeToken', times: 2, status: 500 })
  clock.advance(301)
  t.equal((await one.get('/api/hello')).json.code, 'session_expired')
  t.equal((await other.get('/api/hello')).status, 401)
  t.match(suspected(), [{ reason: 'revoked_only' }])
  t.match(logs.join('\n'), /"revoke\.failed"/)
})

test('T-14 a reuse after a lost answer and a new id of the session is no theft', async t => {
  const clock = moveClock(t)
  const redis = await startRedis(t)
  const service = await startService(t, { env: { REDIS_URL: redis.url } })
  const { cognito, browser, logs } = service
  await cognito.patchPool({ accessTokenSeconds: 300, refreshRotation: true, retryGraceSeconds: 0 })
  const [one, other] = [browser(), browser()]
  await one.login()
  await other.login()
  // Refreshed ahead: Cognito rotates, its answer is lost, and nobody has waited for it.
  clock.advance(250)
  await cognito.fault({ operation: 'GetTokensFromRefreshToken', times: 1, dropAfterCommit: true })
  t.equal((await one.get('/api/hello')).status, 200)
  while (!logs.join('\n').includes('refresh.failed')) await new Promise(setImmediate)
  // A login over the session that meets a second factor gives the session a new id.
  const before = one.sessionId
  await cognito.createUser({ email: 'factor@example.com', password, confirmed: true, totpSecret })
  t.equal((await one.post('/auth/login', { email: 'factor@example.com', password })).status, 200)
  t.not(one.sessionId, before)
  clock.advance(51)
  t.equal((await one.get('/api/hello')).json.code, 'session_expired')
  t.equal((await other.get('/api/hello')).status, 200, 'the other session goes on')
  t.notMatch(logs.join('\n'), /token_theft_suspected/)
  t.notOk((await cognito.calls()).RevokeToken)
})
