/** Refreshing, rotating, the grace, and the replay of a retired token. */

import { createHmac } from 'node:crypto'
import {
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { type Cognito, startCognito } from '../support/cognito.ts'
import { notAuthorized, refusalOf, sdkFor, signIn, tokensOf } from './sdk.ts'

async function setUp(t: Test, change?: Record<string, unknown>) {
  const cognito = await startCognito(t)
  if (change !== undefined) await cognito.patchPool(change)
  const sdk = sdkFor(t, cognito)
  const tokens = await tokensOf(signIn(sdk, cognito))
  const refresh = async (RefreshToken: string, ClientSecret?: string) => {
    const { AuthenticationResult = {} } = await sdk.send(
      new GetTokensFromRefreshTokenCommand({
        RefreshToken,
        ClientId: cognito.clientId,
        ...(ClientSecret === undefined ? {} : { ClientSecret })
      })
    )
    return AuthenticationResult
  }
  return { cognito, sdk, refresh, ...tokens }
}

function claimsOf(token = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

test('a refresh gives new tokens of the same sign-in, and no refresh token', async t => {
  const { cognito, refresh, RefreshToken, AccessToken } = await setUp(t)
  await cognito.advance(60)
  const fresh = await refresh(RefreshToken)
  t.equal(fresh.RefreshToken, undefined)
  const [before, after] = [claimsOf(AccessToken), claimsOf(fresh.AccessToken)]
  const kept = ['sub', 'auth_time', 'origin_jti', 'event_id', 'username']
  for (const name of kept) t.equal(after[name], before[name], name)
  t.not(after.jti, before.jti)
  // Its clock goes on beside: a second may have begun between.
  const later = Number(after.iat) - Number(before.iat)
  t.ok(later >= 60 && later < 90, `${later} s later`)
})

test('without rotation the same token refreshes again and again', async t => {
  const { refresh, RefreshToken } = await setUp(t)
  for (let time = 0; time < 3; time += 1) t.ok((await refresh(RefreshToken)).AccessToken)
})

test('with rotation each refresh gives a new token and retires the old one', async t => {
  const { refresh, RefreshToken } = await setUp(t, { refreshRotation: true })
  const { RefreshToken: second = '' } = await refresh(RefreshToken)
  t.not(second, RefreshToken)
  t.match(await refusalOf(refresh(RefreshToken)), { name: 'RefreshTokenReuseException' })
  t.ok((await refresh(second)).AccessToken, 'reuse does not end the newer token')
})

test('within the grace a retired token is still good, after it no more', async t => {
  const change = { refreshRotation: true, retryGraceSeconds: 10 }
  const { cognito, refresh, RefreshToken } = await setUp(t, change)
  const first = await refresh(RefreshToken)
  await cognito.advance(9)
  const second = await refresh(RefreshToken)
  t.not(second.RefreshToken, first.RefreshToken)
  await cognito.advance(1)
  t.match(await refusalOf(refresh(RefreshToken)), { name: 'RefreshTokenReuseException' })
  t.ok((await refresh(first.RefreshToken ?? '')).AccessToken)
  t.ok((await refresh(second.RefreshToken ?? '')).AccessToken)
})

test('a rotated token dies when the first one would have', async t => {
  const change = { refreshRotation: true, refreshTokenSeconds: 100 }
  const { cognito, refresh, RefreshToken } = await setUp(t, change)
  await cognito.advance(99)
  const { RefreshToken: second = '' } = await refresh(RefreshToken)
  await cognito.advance(1)
  t.same(await refusalOf(refresh(second)), notAuthorized('Refresh Token has expired'))
})

test('a token that the pool has not issued is invalid', async t => {
  const { refresh } = await setUp(t)
  t.same(await refusalOf(refresh('eyJjdHki.a.b')), notAuthorized('Invalid Refresh Token'))
})

test('a confidential client refreshes with its secret', async t => {
  const { cognito, refresh, RefreshToken } = await setUp(t)
  await cognito.patchPool({ clientSecret: 'secret-of-the-client' })
  t.ok((await refresh(RefreshToken, 'secret-of-the-client')).AccessToken)
  t.match(await refusalOf(refresh(RefreshToken, 'another')), { name: 'NotAuthorizedException' })
  t.same(
    await refusalOf(refresh(RefreshToken)),
    notAuthorized(`Client ${cognito.clientId} is configured for secret but secret was not received`)
  )
})

function refreshTokenAuth({ clientId }: Cognito, parameters: Record<string, string>) {
  return new InitiateAuthCommand({
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    ClientId: clientId,
    AuthParameters: parameters
  })
}

test('REFRESH_TOKEN_AUTH works until rotation is on', async t => {
  const { cognito, sdk, RefreshToken } = await setUp(t)
  const command = refreshTokenAuth(cognito, { REFRESH_TOKEN: RefreshToken })
  const { AuthenticationResult } = await sdk.send(command)
  t.ok(AuthenticationResult?.AccessToken)
  t.equal(AuthenticationResult?.RefreshToken, undefined)
  await cognito.patchPool({ refreshRotation: true })
  t.match(await refusalOf(sdk.send(command)), { name: 'UnsupportedOperationException' })
})

test('REFRESH_TOKEN_AUTH wants a hash made with the id, not with the address', async t => {
  const { cognito, sdk, RefreshToken, AccessToken } = await setUp(t)
  await cognito.patchPool({ clientSecret: 'secret-of-the-client' })
  const attempt = (name: string) => {
    const SECRET_HASH = createHmac('sha256', 'secret-of-the-client')
      .update(name + cognito.clientId)
      .digest('base64')
    return sdk.send(refreshTokenAuth(cognito, { REFRESH_TOKEN: RefreshToken, SECRET_HASH }))
  }
  t.ok((await attempt(String(claimsOf(AccessToken).sub))).AuthenticationResult)
  t.same(
    await refusalOf(attempt('demo@example.com')),
    notAuthorized(`Unable to verify secret hash for client ${cognito.clientId}`)
  )
})
