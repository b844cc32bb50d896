/** Changing a password, and getting a new one when it is forgotten. */

import {
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  SetUserMFAPreferenceCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, password, refusalOf, sdkFor, signIn, tokensOf } from './sdk.ts'

const next = 'Better-Horse-10'
const limit = {
  name: 'LimitExceededException',
  message: 'Attempt limit exceeded, please try after some time.'
}

async function setUp(t: Test, settings?: Record<string, unknown>) {
  const cognito = await startCognito(t)
  if (settings !== undefined) await cognito.patchPool(settings)
  const sdk = sdkFor(t, cognito)
  const { AccessToken } = await tokensOf(signIn(sdk, cognito))
  const ClientId = cognito.clientId
  return {
    cognito,
    sdk,
    AccessToken,
    change: (PreviousPassword: string, ProposedPassword: string) =>
      sdk.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword })),
    forgot: (Username = demo) => sdk.send(new ForgotPasswordCommand({ ClientId, Username })),
    reset: (ConfirmationCode: string, Password = next, Username = demo) =>
      sdk.send(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password }))
  }
}

test('a changed password is the only one that signs in, and tokens stay good', async t => {
  const { cognito, sdk, AccessToken, change } = await setUp(t)
  await change(password, next)
  t.same(await refusalOf(signIn(sdk, cognito)), notAuthorized())
  t.ok((await signIn(sdk, cognito, demo, next)).AuthenticationResult)
  t.ok(await sdk.send(new GetUserCommand({ AccessToken })))
})

test('a change wants the old password and one the policy accepts', async t => {
  const { change } = await setUp(t)
  t.same(await refusalOf(change('Wrong-Horse-9', next)), notAuthorized())
  t.match(await refusalOf(change(password, 'Sh0rt-x')), { name: 'InvalidPasswordException' })
})

test('five changes an hour are the most', async t => {
  const { change } = await setUp(t)
  for (let time = 0; time < 5; time += 1) await refusalOf(change('Wrong-Horse-9', next))
  t.same(await refusalOf(change(password, next)), limit)
})

test('a history refuses the last passwords and no older ones', async t => {
  const { change } = await setUp(t, { passwordHistorySize: 2 })
  t.match(await refusalOf(change(password, password)), {
    name: 'PasswordHistoryPolicyViolationException'
  })
  await change(password, next)
  t.match(await refusalOf(change(next, password)), {
    name: 'PasswordHistoryPolicyViolationException'
  })
  await change(next, 'Third-Horse-11')
  t.ok(await change('Third-Horse-11', password))
})

test('a forgotten password is reset with the code, once', async t => {
  const { cognito, sdk, forgot, reset } = await setUp(t)
  const { CodeDeliveryDetails } = await forgot()
  t.match(CodeDeliveryDetails, { Destination: 'd***@e***', DeliveryMedium: 'EMAIL' })
  t.match(await cognito.messages(demo), [{ purpose: 'forgot-password', code: /^\d{6}$/ }])
  const code = await cognito.code(demo)
  t.match(await refusalOf(reset('wrong')), { name: 'CodeMismatchException' })
  t.match(await refusalOf(reset(code, 'Sh0rt-x')), { name: 'InvalidPasswordException' })
  await reset(code)
  t.ok((await signIn(sdk, cognito, demo, next)).AuthenticationResult)
  t.same(await refusalOf(reset(code)), {
    name: 'ExpiredCodeException',
    message: 'Invalid code provided, please request a code again.'
  })
})

test('the code is good for an hour', async t => {
  const { cognito, forgot, reset } = await setUp(t)
  await forgot()
  await cognito.advance(3600)
  t.match(await refusalOf(reset(await cognito.code(demo))), { name: 'ExpiredCodeException' })
})

test('asking and answering share one hourly cap', async t => {
  const { forgot, reset } = await setUp(t, { recoveryAttemptsPerHour: 5 })
  for (let time = 0; time < 3; time += 1) await forgot()
  for (let time = 0; time < 2; time += 1) await refusalOf(reset('wrong'))
  t.same(await refusalOf(forgot()), limit)
  t.same(await refusalOf(reset('wrong')), limit)
})

test('an unknown, a disabled and an unverified user get a pretended delivery', async t => {
  const { cognito, forgot, reset } = await setUp(t)
  const users = ['nobody@example.com', 'off@example.com', 'new@example.com']
  await cognito.createUser({ email: 'off@example.com', password, disabled: true })
  await cognito.createUser({ email: 'new@example.com', password, confirmed: false })
  for (const name of users) {
    const { CodeDeliveryDetails } = await forgot(name)
    t.match(CodeDeliveryDetails, { Destination: `${name[0]}***@e***`, AttributeName: 'email' })
    t.same(await cognito.messages(name), [])
  }
  for (const name of users.slice(0, 2)) {
    const refused = await refusalOf(reset('123456', next, name))
    t.match(refused, { name: 'CodeMismatchException' })
  }
})

test('LEGACY says why there is no code', async t => {
  const { cognito, forgot } = await setUp(t, { preventUserExistenceErrors: false })
  await cognito.createUser({ email: 'new@example.com', password, confirmed: false })
  t.same(await refusalOf(forgot('nobody@example.com')), {
    name: 'UserNotFoundException',
    message: 'Username/client id combination not found.'
  })
  t.match(await refusalOf(forgot('new@example.com')), {
    message:
      'Cannot reset password for the user as there is no registered/verified email or phone_number'
  })
})

test('a code goes to the address, and to the number only instead of it', async t => {
  const { cognito, sdk, forgot } = await setUp(t)
  const email = 'ann@example.com'
  const attributes = { phone_number: '+4512349934', phone_number_verified: 'true' }
  await cognito.createUser({ email, password, attributes })
  const medium = async () => (await forgot(email)).CodeDeliveryDetails?.DeliveryMedium
  t.equal(await medium(), 'EMAIL')
  const { AccessToken } = await tokensOf(signIn(sdk, cognito, email))
  const EmailMfaSettings = { Enabled: true }
  await sdk.send(new SetUserMFAPreferenceCommand({ AccessToken, EmailMfaSettings }))
  t.equal(await medium(), 'SMS', 'recovery never uses the channel of the second factor')
})

test('an address that is not verified gets no code', async t => {
  const { cognito, forgot } = await setUp(t)
  const email = 'ann@example.com'
  await cognito.createUser({ email, password, attributes: { email_verified: 'false' } })
  t.match((await forgot(email)).CodeDeliveryDetails, { DeliveryMedium: 'EMAIL' })
  t.same(await cognito.messages(email), [])
})

test('a temporary password cannot be forgotten', async t => {
  const { cognito, forgot } = await setUp(t)
  const email = 'temp@example.com'
  await cognito.createUser({ email, password, temporary: true })
  t.same(
    await refusalOf(forgot(email)),
    notAuthorized('User password cannot be reset in the current state.')
  )
})
