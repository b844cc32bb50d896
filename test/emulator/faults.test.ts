/** Calls that go wrong on order. */

import {
  CognitoIdentityProviderClient,
  GetTokensFromRefreshTokenCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { test } from 'tap'
import { startLocalCognito } from '../../emulator/server.ts'
import { startCognito } from '../support/cognito.ts'
import { refusalOf, sdkFor, signIn, tokensOf } from './sdk.ts'

test('an error comes as often as ordered, for that operation alone', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  await cognito.fault({ operation: 'GetUser', error: 'TooManyRequestsException' })
  await cognito.fault({ operation: 'InitiateAuth', error: 'TooManyRequestsException', times: 2 })
  for (let time = 0; time < 2; time += 1) {
    t.same(await refusalOf(signIn(sdk, cognito)), {
      name: 'TooManyRequestsException',
      message: 'Rate exceeded'
    })
  }
  t.ok(await signIn(sdk, cognito))
})

test('a star stands for any operation', async t => {
  const cognito = await startCognito(t)
  await cognito.fault({ operation: '*', error: 'InternalErrorException' })
  t.match(await refusalOf(signIn(sdkFor(t, cognito), cognito)), {
    name: 'InternalErrorException'
  })
})

test('the SDK retries a throttled call by itself', async t => {
  const cognito = await startCognito(t)
  const sdk = new CognitoIdentityProviderClient({ endpoint: cognito.url, region: 'us-east-1' })
  t.teardown(() => sdk.destroy())
  await cognito.fault({ operation: 'InitiateAuth', error: 'TooManyRequestsException' })
  t.ok(await signIn(sdk, cognito))
  t.same(await cognito.calls(), { InitiateAuth: 2 })
})

test('a status alone is a page that is no JSON', async t => {
  const cognito = await startCognito(t)
  await cognito.fault({ operation: 'InitiateAuth', status: 503 })
  t.match(await refusalOf(signIn(sdkFor(t, cognito), cognito)), { name: 'SyntaxError' })
})

test('an error may come with another status', async t => {
  const cognito = await startCognito(t)
  await cognito.fault({ operation: 'InitiateAuth', error: 'ForbiddenException', status: 403 })
  const outcome = await signIn(sdkFor(t, cognito), cognito).catch((error: unknown) => error)
  t.match(outcome, { name: 'ForbiddenException', $metadata: { httpStatusCode: 403 } })
})

test('a delayed call is answered in the end', async t => {
  const cognito = await startCognito(t)
  await cognito.fault({ operation: 'InitiateAuth', delayMs: 30 })
  t.ok((await signIn(sdkFor(t, cognito), cognito)).AuthenticationResult)
})

test('a server that stops does not wait for a delayed call', async t => {
  const { url, close } = await startLocalCognito()
  const headers = { 'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser' }
  const order = JSON.stringify({ operation: 'GetUser', delayMs: 600_000 })
  await fetch(`${url}/_local/faults`, { method: 'POST', body: order })
  const call = fetch(url, { method: 'POST', headers, body: '{}' })
  const cut = t.rejects(call)
  const counted = async () => /"GetUser":1/.test(await (await fetch(`${url}/_local/calls`)).text())
  while (!(await counted()));
  await close()
  await cut
})

test('a dropped call has done its work', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  await cognito.patchPool({ refreshRotation: true })
  const { RefreshToken } = await tokensOf(signIn(sdk, cognito))
  const refresh = () =>
    sdk.send(new GetTokensFromRefreshTokenCommand({ RefreshToken, ClientId: cognito.clientId }))
  await cognito.fault({ operation: 'GetTokensFromRefreshToken', dropAfterCommit: true })
  t.match((await refusalOf(refresh())).name, /Error/)
  t.match(await refusalOf(refresh()), { name: 'RefreshTokenReuseException' })
})
