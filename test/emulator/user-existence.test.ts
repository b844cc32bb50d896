/** PreventUserExistenceErrors: what a name nobody has is answered with, ENABLED and LEGACY. */

import {
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, refusalOf, sdkFor, signIn } from './sdk.ts'
import { answer, beginProof, timestamp } from './srp-client.ts'

const nobody = 'nobody@example.com'

async function setUp(t: Test) {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const ClientId = cognito.clientId
  return {
    cognito,
    sdk,
    begin: async (USERNAME: string) => {
      const AuthParameters = { USERNAME, SRP_A: '1234567890abcdef' }
      const command = new InitiateAuthCommand({
        AuthFlow: 'USER_SRP_AUTH',
        ClientId,
        AuthParameters
      })
      return sdk.send(command)
    },
    confirm: (Username: string) =>
      sdk.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: '123456' })),
    resend: (Username: string) =>
      sdk.send(new ResendConfirmationCodeCommand({ ClientId, Username }))
  }
}

test('an unknown name gets a challenge with the same salt and id each time', async t => {
  const { begin } = await setUp(t)
  const [first, second, other] = [
    await begin(nobody),
    await begin(nobody.toUpperCase()),
    await begin('nobody.else@example.com')
  ]
  const { SALT, USER_ID_FOR_SRP, SRP_B } = first.ChallengeParameters ?? {}
  t.match(second.ChallengeParameters, { SALT, USER_ID_FOR_SRP })
  t.not(second.ChallengeParameters?.SRP_B, SRP_B)
  t.not(other.ChallengeParameters?.SALT, SALT)
  t.not(other.ChallengeParameters?.USER_ID_FOR_SRP, USER_ID_FOR_SRP)
})

test('a known and an unknown name get challenges of the same shape', async t => {
  const { begin } = await setUp(t)
  const shape = async (name: string) =>
    Object.entries((await begin(name)).ChallengeParameters ?? {}).map(([key, value]) => [
      key,
      /^[0-9a-f]+$/.test(value) ? 'hex' : value.length
    ])
  t.same(await shape(nobody), await shape(demo))
})

test('an id is returned as it is, whether a user has it or not', async t => {
  const { begin } = await setUp(t)
  for (const name of [demo, nobody]) {
    const id = (await begin(name)).ChallengeParameters?.USER_ID_FOR_SRP ?? ''
    t.equal((await begin(id)).ChallengeParameters?.USER_ID_FOR_SRP, id)
  }
})

test('any proof for an unknown name is a wrong password', async t => {
  const { cognito, sdk } = await setUp(t)
  const { prove } = await beginProof(sdk, cognito, nobody, 'Correct-Horse-9')
  const proof = prove(timestamp(new Date()))
  t.same(await refusalOf(answer(sdk, cognito, proof)), notAuthorized())
})

test('a resend to an unknown name pretends a delivery and sends nothing', async t => {
  const { cognito, resend } = await setUp(t)
  for (const name of [nobody, demo]) {
    const { CodeDeliveryDetails } = await resend(name)
    t.match(CodeDeliveryDetails, { DeliveryMedium: 'EMAIL', AttributeName: 'email' })
    t.match(CodeDeliveryDetails?.Destination, /^[nd]\*\*\*@e\*\*\*$/)
    t.same(await cognito.messages(name), [])
  }
})

test('a code for an unknown name is a mismatch', async t => {
  const { confirm } = await setUp(t)
  t.match(await refusalOf(confirm(nobody)), { name: 'CodeMismatchException' })
})

test('LEGACY reports that no user has the name', async t => {
  const { cognito, sdk, begin, confirm, resend } = await setUp(t)
  await cognito.patchPool({ preventUserExistenceErrors: 'LEGACY' })
  const unknown = { name: 'UserNotFoundException', message: 'User does not exist.' }
  t.same(await refusalOf(begin(nobody)), unknown)
  t.same(await refusalOf(signIn(sdk, cognito, nobody)), unknown)
  const combination = {
    name: 'UserNotFoundException',
    message: 'Username/client id combination not found.'
  }
  t.same(await refusalOf(confirm(nobody)), combination)
  t.same(await refusalOf(resend(nobody)), combination)
  t.same(await refusalOf(resend(demo)), {
    name: 'InvalidParameterException',
    message: 'User is already confirmed.'
  })
})
