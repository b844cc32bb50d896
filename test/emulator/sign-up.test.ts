/** Signing up, confirming, and asking for the code again. */

import {
  type AttributeType,
  ConfirmSignUpCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { confirm, demo, notAuthorized, password, refusalOf, sdkFor, signIn } from './sdk.ts'

const email = 'Ann.Lee@example.com'

async function setUp(t: Test) {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const ClientId = cognito.clientId
  return {
    cognito,
    sdk,
    signUp: (Username: string, UserAttributes: AttributeType[] = [], Password = password) =>
      sdk.send(new SignUpCommand({ ClientId, Username, Password, UserAttributes })),
    confirmWith: (Username: string, ConfirmationCode: string) =>
      sdk.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode })),
    resend: (Username: string) =>
      sdk.send(new ResendConfirmationCodeCommand({ ClientId, Username }))
  }
}

test('a sign-up is confirmed with the code that was sent, and then signs in', async t => {
  const { cognito, sdk, signUp } = await setUp(t)
  const reply = await signUp(email, [{ Name: 'given_name', Value: 'Ann' }])
  t.match(reply, {
    UserConfirmed: false,
    UserSub: /^[0-9a-f-]{36}$/,
    CodeDeliveryDetails: {
      Destination: 'A***@e***',
      DeliveryMedium: 'EMAIL',
      AttributeName: 'email'
    }
  })
  t.match(await cognito.messages(email), [
    { to: email, medium: 'EMAIL', purpose: 'sign-up', code: /^\d{6}$/ }
  ])
  await confirm(sdk, cognito, email)
  t.ok((await signIn(sdk, cognito, email)).AuthenticationResult)
})

test('a wrong code is a mismatch, and the right one still works after it', async t => {
  const { cognito, signUp, confirmWith } = await setUp(t)
  await signUp(email)
  const code = await cognito.code(email)
  const wrong = code === '000000' ? '111111' : '000000'
  t.same(await refusalOf(confirmWith(email, wrong)), {
    name: 'CodeMismatchException',
    message: 'Invalid verification code provided, please try again.'
  })
  t.ok(await confirmWith(email, code))
})

test('a code expires after a day', async t => {
  const { cognito, signUp, confirmWith } = await setUp(t)
  await signUp(email)
  await cognito.advance(24 * 3600)
  t.same(await refusalOf(confirmWith(email, await cognito.code(email))), {
    name: 'ExpiredCodeException',
    message: 'Invalid code provided, please request a code again.'
  })
})

test('a confirmed account cannot be confirmed again', async t => {
  const { confirmWith } = await setUp(t)
  t.same(
    await refusalOf(confirmWith(demo, '123456')),
    notAuthorized('User cannot be confirmed. Current status is CONFIRMED')
  )
})

test('a resent code replaces the one before', async t => {
  const { cognito, signUp, confirmWith, resend } = await setUp(t)
  await signUp(email)
  const { CodeDeliveryDetails } = await resend(email)
  t.match(CodeDeliveryDetails, { Destination: 'A***@e***', AttributeName: 'email' })
  const [second, first] = await cognito.messages(email)
  if (first?.code !== second?.code) {
    t.match(await refusalOf(confirmWith(email, first?.code ?? '')), {
      name: 'CodeMismatchException'
    })
  }
  t.ok(await confirmWith(email, second?.code ?? ''))
})

test('an address is taken from sign-up on, in any letter case', async t => {
  const { signUp } = await setUp(t)
  await signUp(email)
  const exists = { name: 'UsernameExistsException', message: 'User already exists' }
  t.same(await refusalOf(signUp(email)), exists)
  t.same(await refusalOf(signUp(email.toUpperCase())), exists)
  t.same(await refusalOf(signUp(demo)), exists)
})

const policy = [
  ['Sh0rt-x', 'Password not long enough'],
  ['correct-horse-9', 'Password must have uppercase characters'],
  ['CORRECT-HORSE-9', 'Password must have lowercase characters'],
  ['Correct-Horse', 'Password must have numeric characters'],
  ['CorrectHorse9', 'Password must have symbol characters']
] as const

for (const [secret, reason] of policy) {
  test(`the policy answers with one reason: ${reason}`, async t => {
    const { signUp } = await setUp(t)
    t.same(await refusalOf(signUp(email, [], secret)), {
      name: 'InvalidPasswordException',
      message: `Password did not conform with policy: ${reason}`
    })
  })
}

const refusedAttributes = [
  ['email_verified', 'true', 'A client attempted to write unauthorized attribute'],
  ['email', 'other@example.com', 'User email should be empty or same as username'],
  ['phone_number', '12345', 'Invalid phone number format.'],
  ['shoe_size', '42', 'Attributes did not conform to the schema: shoe_size:']
] as const

for (const [Name, Value, message] of refusedAttributes) {
  test(`a sign-up with ${Name} "${Value}" is refused`, async t => {
    const { signUp } = await setUp(t)
    t.match(await refusalOf(signUp(email, [{ Name, Value }])), { message })
  })
}

test('an attribute that the pool requires must be there', async t => {
  const { cognito, signUp } = await setUp(t)
  await cognito.patchPool({ requiredAttributes: ['email', 'name'] })
  t.same(await refusalOf(signUp(email)), {
    name: 'InvalidParameterException',
    message: 'Attributes did not conform to the schema: name: The attribute is required'
  })
  t.ok(await signUp(email, [{ Name: 'name', Value: 'Ann' }]))
})

test('a username that is no address is refused', async t => {
  const { signUp } = await setUp(t)
  t.same(await refusalOf(signUp('ann')), {
    name: 'InvalidParameterException',
    message: 'Username should be an email.'
  })
})

test('the code goes to the phone where the pool verifies both', async t => {
  const { cognito, signUp } = await setUp(t)
  await cognito.patchPool({ autoVerify: ['email', 'phone_number'] })
  const number = '+4512349934'
  const { CodeDeliveryDetails } = await signUp(email, [{ Name: 'phone_number', Value: number }])
  t.match(CodeDeliveryDetails, { Destination: '+******9934', DeliveryMedium: 'SMS' })
  t.match(await cognito.messages(number), [{ medium: 'SMS', purpose: 'sign-up' }])
})

test('without automatic verification nothing is sent', async t => {
  const { cognito, signUp, resend } = await setUp(t)
  await cognito.patchPool({ autoVerify: false })
  t.equal((await signUp(email)).CodeDeliveryDetails, undefined)
  t.same(await cognito.messages(email), [])
  t.match(await refusalOf(resend(email)), { name: 'NotAuthorizedException' })
})

test('codes can be tried fifteen times an hour and asked for five times', async t => {
  const { cognito, signUp, confirmWith, resend } = await setUp(t)
  const limit = {
    name: 'LimitExceededException',
    message: 'Attempt limit exceeded, please try after some time.'
  }
  await signUp(email)
  for (let time = 0; time < 5; time += 1) await resend(email)
  t.same(await refusalOf(resend(email)), limit)
  for (let time = 0; time < 15; time += 1) await refusalOf(confirmWith(email, 'x'))
  t.same(await refusalOf(confirmWith(email, await cognito.code(email))), limit)
  await cognito.advance(3600)
  t.ok(await confirmWith(email, await cognito.code(email)))
})
