/** A user's own attributes: changing, verifying, deleting them, and the account. */

import {
  type AttributeType,
  DeleteUserAttributesCommand,
  DeleteUserCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, refusalOf, sdkFor, signIn, tokensOf } from './sdk.ts'

const moved = 'moved@example.com'

async function setUp(t: Test, change?: Record<string, unknown>) {
  const cognito = await startCognito(t)
  if (change !== undefined) await cognito.patchPool(change)
  const sdk = sdkFor(t, cognito)
  const tokens = await tokensOf(signIn(sdk, cognito))
  const { AccessToken } = tokens
  return {
    cognito,
    sdk,
    ...tokens,
    update: (...UserAttributes: AttributeType[]) =>
      sdk.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes })),
    ask: (AttributeName: string) =>
      sdk.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName })),
    verify: (AttributeName: string, Code: string) =>
      sdk.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code })),
    remove: (...UserAttributeNames: string[]) =>
      sdk.send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames })),
    attributes: async () => {
      const { UserAttributes = [] } = await sdk.send(new GetUserCommand({ AccessToken }))
      return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]))
    }
  }
}

test('plain attributes change at once, and an empty value removes one', async t => {
  const { update, attributes } = await setUp(t)
  const given = { Name: 'given_name', Value: 'Ånn 🦊' }
  const { CodeDeliveryDetailsList } = await update(given, { Name: 'gender', Value: 'x' })
  t.same(CodeDeliveryDetailsList, [])
  t.match(await attributes(), { given_name: 'Ånn 🦊', gender: 'x' })
  await update({ Name: 'gender', Value: '' })
  t.notOk('gender' in (await attributes()))
})

test('a changed address is the sign-in name at once, unverified until its code', async t => {
  const { cognito, sdk, update, attributes, verify } = await setUp(t)
  const { CodeDeliveryDetailsList } = await update({ Name: 'email', Value: moved })
  t.match(CodeDeliveryDetailsList, [{ AttributeName: 'email', Destination: 'm***@e***' }])
  t.match(await attributes(), { email: moved, email_verified: 'false' })
  t.same(await refusalOf(signIn(sdk, cognito, demo)), notAuthorized())
  t.ok((await signIn(sdk, cognito, moved)).AuthenticationResult)
  t.match(await refusalOf(verify('email', 'wrong')), { name: 'CodeMismatchException' })
  await verify('email', await cognito.code(moved))
  t.match(await attributes(), { email_verified: 'true' })
})

test('with verification before update the old address stays until the code', async t => {
  const { cognito, sdk, update, attributes, verify } = await setUp(t, {
    verifyBeforeUpdate: ['email']
  })
  await update({ Name: 'email', Value: moved })
  t.match(await attributes(), { email: demo, email_verified: 'true' })
  t.ok((await signIn(sdk, cognito, demo)).AuthenticationResult)
  await verify('email', await cognito.code(moved))
  t.match(await attributes(), { email: moved, email_verified: 'true' })
  t.ok((await signIn(sdk, cognito, moved)).AuthenticationResult)
})

test('the same address again changes nothing and sends nothing', async t => {
  const { cognito, update, attributes } = await setUp(t)
  t.same((await update({ Name: 'email', Value: demo })).CodeDeliveryDetailsList, [])
  t.same(await cognito.messages(demo), [])
  t.match(await attributes(), { email_verified: 'true' })
})

test('another user’s email is refused, also when it was free in between', async t => {
  const { cognito, update, verify } = await setUp(t, { verifyBeforeUpdate: ['email'] })
  const taken = {
    name: 'AliasExistsException',
    message: 'An account with the email already exists.'
  }
  await update({ Name: 'email', Value: moved })
  await cognito.createUser({ email: 'MOVED@example.com', password: 'Correct-Horse-9' })
  t.same(await refusalOf(verify('email', await cognito.code(moved))), taken)
  t.same(await refusalOf(update({ Name: 'email', Value: moved })), taken)
})

test('a number is verified on request', async t => {
  const { cognito, update, ask, attributes, verify } = await setUp(t)
  const number = '+4512349934'
  t.same((await update({ Name: 'phone_number', Value: number })).CodeDeliveryDetailsList, [])
  t.match(await attributes(), { phone_number_verified: 'false' })
  const { CodeDeliveryDetails } = await ask('phone_number')
  t.match(CodeDeliveryDetails, { DeliveryMedium: 'SMS', Destination: '+******9934' })
  t.match(await cognito.messages(number), [{ medium: 'SMS', purpose: 'attribute-verification' }])
  await verify('phone_number', await cognito.code(number))
  t.match(await attributes(), { phone_number_verified: 'true' })
})

test('a code proves the value it was sent to, not a later one', async t => {
  const { cognito, update, ask, verify } = await setUp(t)
  await update({ Name: 'phone_number', Value: '+4511111111' })
  await ask('phone_number')
  const code = await cognito.code('+4511111111')
  await update({ Name: 'phone_number', Value: '+4522222222' })
  t.match(await refusalOf(verify('phone_number', code)), { name: 'ExpiredCodeException' })
})

test('what cannot be verified is refused', async t => {
  const { ask, verify } = await setUp(t)
  t.match(await refusalOf(ask('gender')), { name: 'InvalidParameterException' })
  t.match(await refusalOf(ask('phone_number')), { name: 'InvalidParameterException' })
  t.match(await refusalOf(verify('gender', '123456')), { name: 'InvalidParameterException' })
})

test('codes can be asked for five times an hour and tried fifteen times', async t => {
  const { cognito, ask, verify } = await setUp(t)
  for (let time = 0; time < 5; time += 1) await ask('email')
  t.match(await refusalOf(ask('email')), { name: 'LimitExceededException' })
  for (let time = 0; time < 15; time += 1) await refusalOf(verify('email', 'x'))
  const code = await cognito.code(demo)
  t.match(await refusalOf(verify('email', code)), { name: 'LimitExceededException' })
})

test('what a user may not write is refused, and nothing else of the call is done', async t => {
  const { update, attributes, remove } = await setUp(t)
  const given = { Name: 'given_name', Value: 'Changed' }
  for (const Name of ['email_verified', 'sub']) {
    t.same(
      await refusalOf(update(given, { Name, Value: 'true' })),
      notAuthorized('A client attempted to write unauthorized attribute')
    )
  }
  t.match(await refusalOf(update(given, { Name: 'email', Value: 'no address' })), {
    message: 'Invalid email address format.'
  })
  t.match(await refusalOf(update(given, { Name: 'email', Value: '' })), {
    name: 'InvalidParameterException'
  })
  t.match(await refusalOf(remove('given_name', 'email')), { name: 'InvalidParameterException' })
  t.match(await attributes(), { given_name: 'Demo', email: demo })
})

test('attributes can be deleted, a number with its verification', async t => {
  const { update, remove, attributes } = await setUp(t)
  await update({ Name: 'phone_number', Value: '+4512349934' })
  await remove('given_name', 'phone_number')
  t.same(Object.keys(await attributes()), ['sub', 'email', 'email_verified'])
})

test('a deleted user is gone', async t => {
  const { cognito, sdk, AccessToken, RefreshToken } = await setUp(t)
  await sdk.send(new DeleteUserCommand({ AccessToken }))
  const gone = { name: 'UserNotFoundException', message: 'User does not exist.' }
  t.same(await refusalOf(sdk.send(new GetUserCommand({ AccessToken }))), gone)
  const { clientId: ClientId } = cognito
  const refresh = new GetTokensFromRefreshTokenCommand({ RefreshToken, ClientId })
  t.same(await refusalOf(sdk.send(refresh)), gone)
  t.same(await refusalOf(signIn(sdk, cognito)), notAuthorized())
})
