/** USER_PASSWORD_AUTH, and the client's own secret. */

import { createHmac } from 'node:crypto'
import { InitiateAuthCommand, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider'
import { test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, password, refusalOf, sdkFor, signIn, tokensOf } from './sdk.ts'

test('the right password gets three tokens', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const reply = await signIn(sdk, cognito)
  t.same(reply.ChallengeParameters, {})
  t.match(reply.AuthenticationResult, { ExpiresIn: 3600, TokenType: 'Bearer' })
})

test('the address signs in whatever its letter case, and so does the id', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const { sub } = await cognito.createUser({ email: 'Ann.Lee@Example.com', password })
  for (const name of ['ann.lee@example.com', 'ANN.LEE@EXAMPLE.COM', sub]) {
    t.ok((await tokensOf(signIn(sdk, cognito, name))).AccessToken)
  }
})

test('a wrong password and an unknown user are refused alike', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  t.same(await refusalOf(signIn(sdk, cognito, demo, 'Wrong-Horse-9')), notAuthorized())
  t.same(await refusalOf(signIn(sdk, cognito, 'nobody@example.com')), notAuthorized())
})

test('a disabled user learns it only with the right password', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const email = 'off@example.com'
  await cognito.createUser({ email, password, disabled: true })
  t.same(await refusalOf(signIn(sdk, cognito, email)), notAuthorized('User is disabled.'))
  t.same(await refusalOf(signIn(sdk, cognito, email, 'Wrong-Horse-9')), notAuthorized())
})

test('an unconfirmed user is reported whatever the password', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const email = 'new@example.com'
  await cognito.createUser({ email, password, confirmed: false })
  for (const secret of [password, 'Wrong-Horse-9']) {
    t.same(await refusalOf(signIn(sdk, cognito, email, secret)), {
      name: 'UserNotConfirmedException',
      message: 'User is not confirmed.'
    })
  }
})

test('the flow can be switched off', async t => {
  const cognito = await startCognito(t)
  await cognito.patchPool({ userPasswordAuth: false })
  t.same(await refusalOf(signIn(sdkFor(t, cognito), cognito)), {
    name: 'InvalidParameterException',
    message: 'USER_PASSWORD_AUTH flow not enabled for this client'
  })
})

test('missing parameters, unknown flows and unknown clients are named', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const begin = (
    AuthFlow: 'USER_PASSWORD_AUTH' | 'CUSTOM_AUTH',
    ClientId: string = cognito.clientId
  ) => refusalOf(sdk.send(new InitiateAuthCommand({ AuthFlow, ClientId, AuthParameters: {} })))
  t.same(await begin('USER_PASSWORD_AUTH'), {
    name: 'InvalidParameterException',
    message: 'Missing required parameter USERNAME'
  })
  t.same(await begin('CUSTOM_AUTH'), {
    name: 'InvalidParameterException',
    message: 'Initiate Auth method not supported.'
  })
  t.same(await begin('USER_PASSWORD_AUTH', 'someoneelse'), {
    name: 'ResourceNotFoundException',
    message: 'User pool client someoneelse does not exist.'
  })
})

test('a confidential client proves its secret with the name as sent', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const { clientId } = cognito
  await cognito.patchPool({ clientSecret: 'secret-of-the-client' })
  const hash = (name: string) =>
    createHmac('sha256', 'secret-of-the-client')
      .update(name + clientId)
      .digest('base64')
  const begin = (USERNAME: string, SECRET_HASH: string) =>
    sdk.send(
      new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId: clientId,
        AuthParameters: { USERNAME, PASSWORD: password, SECRET_HASH }
      })
    )
  t.ok((await begin(demo, hash(demo))).AuthenticationResult)
  t.ok((await begin('DEMO@example.com', hash('DEMO@example.com'))).AuthenticationResult)
  t.same(
    await refusalOf(begin('DEMO@example.com', hash(demo))),
    notAuthorized(`Unable to verify secret hash for client ${clientId}`)
  )
  t.same(
    await refusalOf(signIn(sdk, cognito)),
    notAuthorized(`Client ${clientId} is configured with secret but SECRET_HASH was not received`)
  )
})

test('a public client that sends a hash is refused', async t => {
  const cognito = await startCognito(t)
  const { clientId } = cognito
  const command = new SignUpCommand({
    ClientId: clientId,
    Username: 'ann@example.com',
    Password: password,
    SecretHash: 'abcd'
  })
  t.same(
    await refusalOf(sdkFor(t, cognito).send(command)),
    notAuthorized(`Unable to verify secret hash for client ${clientId}`)
  )
})
