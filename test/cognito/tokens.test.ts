/** The life of tokens at the pool: refreshed, rotated, reused, revoked. */

import { test } from 'tap'
import { clientSecret, password, refreshed, service, signedInUser } from './pool.ts'
import { failure } from './stub.ts'

test('a refresh without rotation keeps the refresh token and renews the access token', async t => {
  const now = Date.now()
  const { identity, cognito, tokens, user } = await signedInUser(t, { clock: () => now })
  await cognito.advance(1)
  const next = await refreshed(identity, tokens.refreshToken)
  t.equal(next.tokens.refreshToken, tokens.refreshToken)
  t.not(next.tokens.accessToken, tokens.accessToken)
  t.equal(next.tokens.accessExpiresAt, now + 3600_000)
  t.same(next.user, user)
  t.match(await identity.getUser(next.tokens.accessToken), { sub: user.sub })
})

test('a refresh with rotation gives a new refresh token, and the old one dies', async t => {
  const { identity, cognito, tokens } = await signedInUser(t)
  await cognito.patchPool({ refreshRotation: true, retryGraceSeconds: 10 })
  const second = await refreshed(identity, tokens.refreshToken)
  t.not(second.tokens.refreshToken, tokens.refreshToken)
  const again = await refreshed(identity, tokens.refreshToken)
  t.ok(again.tokens.refreshToken, 'within the grace it is still good')
  await cognito.advance(11)
  const reused = { code: 'session_expired', reason: 'refresh_token_reused' }
  t.match(await failure(identity.refresh(tokens.refreshToken)), reused)
})

test('a confidential client refreshes and revokes with its secret', async t => {
  const { identity, cognito, tokens } = await signedInUser(t)
  await cognito.patchPool({ clientSecret })
  const misfit = { code: 'upstream_error', reason: 'misconfigured_client_secret' }
  t.match(await failure(identity.refresh(tokens.refreshToken)), misfit, 'the session is kept')
  t.match(await failure(identity.revoke(tokens.refreshToken)), misfit)
  const confidential = service(t, cognito, { clientSecret })
  t.match(await confidential.refresh(tokens.refreshToken), { kind: 'signed_in' })
  t.equal(await confidential.revoke(tokens.refreshToken), undefined)
})

test('a refresh token that has run out ends the session', async t => {
  const { identity, cognito, tokens } = await signedInUser(t)
  await cognito.advance(31 * 86_400)
  const expired = { code: 'session_expired', reason: 'refresh_token_expired' }
  t.match(await failure(identity.refresh(tokens.refreshToken)), expired)
})

test('a text that is no refresh token of the pool ends the session', async t => {
  const { identity } = await signedInUser(t)
  const invalid = { code: 'session_expired', reason: 'refresh_token_invalid' }
  t.match(await failure(identity.refresh('eyJjdHkiOiJKV1QifQ.e30.e30')), invalid)
})

test('a revoked token is dead with its access tokens, and may be revoked again', async t => {
  const { identity, tokens } = await signedInUser(t)
  await identity.revoke(tokens.refreshToken)
  const revoked = { code: 'session_expired', reason: 'refresh_token_revoked' }
  t.match(await failure(identity.refresh(tokens.refreshToken)), revoked)
  const dead = { code: 'session_expired', reason: 'access_token_revoked' }
  t.match(await failure(identity.getUser(tokens.accessToken)), dead)
  t.equal(await identity.revoke(tokens.refreshToken), undefined)
})

test('signing out everywhere kills every session of the user', async t => {
  const { identity, email, tokens } = await signedInUser(t)
  const { tokens: other } = Object(await identity.signIn({ email, password }))
  await identity.signOutEverywhere(tokens.accessToken)
  for (const { refreshToken, accessToken } of [tokens, other]) {
    t.match(await failure(identity.refresh(refreshToken)), { code: 'session_expired' })
    t.match(await failure(identity.getUser(accessToken)), { code: 'session_expired' })
  }
  const again = await failure(identity.signOutEverywhere(tokens.accessToken))
  t.match(again, { code: 'session_expired', reason: 'access_token_revoked' })
})

test('trouble at the pool never ends a session', async t => {
  const { identity, cognito, tokens } = await signedInUser(t)
  const impatient = service(t, cognito, { timeoutMs: 1000 })
  const operation = 'GetTokensFromRefreshToken'
  const faults = [
    { error: 'TooManyRequestsException' },
    { error: 'InternalErrorException' },
    { status: 503 },
    { dropAfterCommit: true },
    { delayMs: 60_000 }
  ]
  for (const fault of faults) {
    await cognito.fault({ operation, ...fault })
    const { refresh } = 'delayMs' in fault ? impatient : identity
    const error = await failure(refresh(tokens.refreshToken))
    t.match(error, { code: 'cognito_unavailable', status: 503 }, JSON.stringify(fault))
  }
  t.match(await identity.refresh(tokens.refreshToken), { kind: 'signed_in' })
  const counts = await cognito.calls()
  t.equal(counts[operation], faults.length + 1, 'nothing is retried')
})
