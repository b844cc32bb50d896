/** Cognito changes its signing keys, and the new one cannot be had when a refresh needs it. */
import { test } from 'tap'
import { createAccessTokens } from '../../src/auth/access-tokens.ts'
import type { SessionStore } from '../../src/auth/session.ts'
import { embeddedBackend } from '../../src/session/embedded.ts'
import {
  asSignedIn,
  newId,
  newTokens,
  signedIn,
  storeIn,
  testClock
} from '../contract/session-fixtures.ts'
import { claims, ours, token } from './signer.ts'
import { sendJson, serviceFor, startStub } from './stub.ts'

test('a refresh token that was rotated meanwhile is not lost with the key', async t => {
  let keys = [ours.jwk]
  let areAway = false
  const stub = await startStub(t, (response, { operation }) => {
    if (operation === 'undefined') {
      if (areAway) response.statusCode = 503
      return sendJson(response, { keys })
    }
    const exp = Math.floor(Date.now() / 1000) + 3600
    const IdToken = token({ exp }, { kid: keys[0]?.kid })
    sendJson(response, {
      AuthenticationResult: { IdToken, AccessToken: 'new', RefreshToken: 'rotated', ExpiresIn: 300 }
    })
  })
  const identity = serviceFor(t, stub.endpoint, { jwks: undefined })
  await identity.refresh('of somebody else: the keys are known from here on')

  const clock = testClock()
  const backend = embeddedBackend({ clock })
  t.teardown(() => backend.close())
  const sessions: SessionStore = storeIn({
    backends: [backend, backend],
    clock,
    pass: async () => {}
  })
  const accessTokens = createAccessTokens({
    identity,
    sessions,
    clock,
    report: () => undefined,
    retryAfter: 50
  })
  const old = { ...newTokens(clock), accessExpiresAt: clock(), refreshToken: 'old' }
  const data = signedIn(clock, { ...signedIn(clock).user, sub: claims.sub })
  const session = asSignedIn(await sessions.create(newId(), data, old))

  keys = [{ ...ours.jwk, kid: 'rotated' }]
  areAway = true
  const away = { code: 'cognito_unavailable', reason: 'jwks_unreachable' }
  await t.rejects(accessTokens.get(session), away)
  t.equal((await sessions.read(session.id))?.tokens()?.refreshToken, 'old')
  areAway = false
  const stored = async () => (await sessions.read(session.id))?.tokens()?.refreshToken
  while ((await stored()) === 'old') await new Promise(resolve => setTimeout(resolve, 10))
  t.equal(await stored(), 'rotated', 'asked for again, though the user did not come back')
  const refreshes = stub.calls.filter(call => call.operation === 'GetTokensFromRefreshToken')
  t.same(
    refreshes.slice(1).map(({ body }) => body.RefreshToken),
    ['old', 'old']
  )
})
