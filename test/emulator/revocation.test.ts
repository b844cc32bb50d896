/** RevokeToken ends one sign-in, GlobalSignOut all of them. */

import {
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  RevokeTokenCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, refusalOf, sdkFor, signIn, tokensOf } from './sdk.ts'

async function setUp(t: Test) {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const ClientId = cognito.clientId
  return {
    cognito,
    sdk,
    one: await tokensOf(signIn(sdk, cognito)),
    two: await tokensOf(signIn(sdk, cognito)),
    getUser: (AccessToken: string) => sdk.send(new GetUserCommand({ AccessToken })),
    refresh: (RefreshToken: string) =>
      sdk.send(new GetTokensFromRefreshTokenCommand({ RefreshToken, ClientId })),
    revoke: (Token: string, extra = {}) =>
      sdk.send(new RevokeTokenCommand({ Token, ClientId, ...extra }))
  }
}

test('RevokeToken ends the tokens of that sign-in and no other', async t => {
  const { one, two, getUser, refresh, revoke } = await setUp(t)
  const { AuthenticationResult } = await refresh(one.RefreshToken)
  await revoke(one.RefreshToken)
  const revoked = notAuthorized('Access Token has been revoked')
  t.same(await refusalOf(getUser(one.AccessToken)), revoked)
  t.same(await refusalOf(getUser(AuthenticationResult?.AccessToken ?? '')), revoked)
  t.same(
    await refusalOf(refresh(one.RefreshToken)),
    notAuthorized('Refresh Token has been revoked')
  )
  t.ok(await getUser(two.AccessToken))
  t.ok(await refresh(two.RefreshToken))
})

test('RevokeToken accepts an unknown and a revoked token', async t => {
  const { one, revoke } = await setUp(t)
  await revoke(one.RefreshToken)
  t.ok(await revoke(one.RefreshToken))
  t.ok(await revoke('eyJjdHki.never.issued.by.anyone'))
})

test('RevokeToken refuses an access token and a client that is not the one', async t => {
  const { cognito, one, revoke } = await setUp(t)
  t.match(await refusalOf(revoke(one.AccessToken)), { name: 'UnsupportedTokenTypeException' })
  const unauthorized = { name: 'UnauthorizedException', message: 'Invalid client or secret' }
  t.same(await refusalOf(revoke(one.RefreshToken, { ClientId: 'another' })), unauthorized)
  await cognito.patchPool({ clientSecret: 'secret-of-the-client' })
  t.same(await refusalOf(revoke(one.RefreshToken)), unauthorized)
  t.same(await refusalOf(revoke(one.RefreshToken, { ClientSecret: 'wrong' })), unauthorized)
  t.ok(await revoke(one.RefreshToken, { ClientSecret: 'secret-of-the-client' }))
})

test('GlobalSignOut ends every sign-in, and a second call finds itself signed out', async t => {
  const { sdk, one, two, getUser, refresh } = await setUp(t)
  await sdk.send(new GlobalSignOutCommand({ AccessToken: one.AccessToken }))
  const revoked = notAuthorized('Access Token has been revoked')
  t.same(await refusalOf(getUser(two.AccessToken)), revoked)
  t.same(
    await refusalOf(refresh(two.RefreshToken)),
    notAuthorized('Refresh Token has been revoked')
  )
  const again = sdk.send(new GlobalSignOutCommand({ AccessToken: one.AccessToken }))
  t.same(await refusalOf(again), revoked)
})

test('GetUser gives every attribute as text', async t => {
  const { one, getUser } = await setUp(t)
  const { Username, UserAttributes = [] } = await getUser(one.AccessToken)
  t.same(UserAttributes, [
    { Name: 'sub', Value: Username },
    { Name: 'email', Value: demo },
    { Name: 'email_verified', Value: 'true' },
    { Name: 'given_name', Value: 'Demo' }
  ])
})

test('an access token is refused once expired, when altered, and where an ID token stands', async t => {
  const { cognito, one, getUser } = await setUp(t)
  const [header, , signature] = one.AccessToken.split('.')
  const altered = `${header}.${one.IdToken.split('.')[1]}.${signature}`
  t.same(
    await refusalOf(getUser(altered)),
    notAuthorized('Could not verify signature for Access Token')
  )
  const invalid = notAuthorized('Invalid Access Token')
  t.same(await refusalOf(getUser(one.IdToken)), invalid)
  t.same(await refusalOf(getUser('no-token')), invalid)
  await cognito.advance(3600)
  t.same(await refusalOf(getUser(one.AccessToken)), notAuthorized('Access Token has expired'))
})
