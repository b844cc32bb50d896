/** Names and passwords in any script, with spaces and emoji, and at the limits. */

import {
  GetUserCommand,
  InitiateAuthCommand,
  SignUpCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { confirm, demo, refusalOf, sdkFor, signIn, tokensOf } from './sdk.ts'
import { answer, beginProof, timestamp } from './srp-client.ts'

const passwords = [
  ['spaces inside', 'Correct horse battery 9 staple'],
  ['Cyrillic', 'Пароль-Ab1-сложный'],
  ['Chinese and an emoji', '密码 Ab1! 🔑🦊'],
  ['Arabic, right to left', 'كلمة-Ab1-السر'],
  ['combining characters', 'E\u0301cole-9-ab'],
  ['a colon, as in the SRP identity', 'Correct:Horse:9'],
  ['256 characters', `Aa1-${'x'.repeat(252)}`]
] as const

for (const [what, secret] of passwords) {
  test(`a password with ${what} signs up and signs in both ways`, async t => {
    const cognito = await startCognito(t)
    const sdk = sdkFor(t, cognito)
    const Username = 'ann@example.com'
    const ClientId = cognito.clientId
    await sdk.send(new SignUpCommand({ ClientId, Username, Password: secret }))
    await confirm(sdk, cognito, Username)
    t.ok((await signIn(sdk, cognito, Username, secret)).AuthenticationResult)
    const { prove } = await beginProof(sdk, cognito, Username, secret)
    const proof = prove(timestamp(new Date()))
    t.ok((await answer(sdk, cognito, proof)).AuthenticationResult)
    t.match(await refusalOf(signIn(sdk, cognito, Username, `${secret.slice(0, -1)}?`)), {
      name: 'NotAuthorizedException'
    })
  })
}

const refusedPasswords = [
  ['a space in front', ' Correct-Horse-9'],
  ['a space at the end', 'Correct-Horse-9 '],
  ['257 characters', `Aa1-${'x'.repeat(253)}`]
] as const

for (const [what, Password] of refusedPasswords) {
  test(`a password with ${what} is refused before the policy`, async t => {
    const cognito = await startCognito(t)
    const command = new SignUpCommand({
      ClientId: cognito.clientId,
      Username: 'ann@example.com',
      Password
    })
    t.match(await refusalOf(sdkFor(t, cognito).send(command)), {
      name: 'InvalidParameterException',
      message: /^1 validation error detected: Value at 'password'/
    })
  })
}

test('names come back as they were given', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const Username = '用户.🦊@例え.jp'
  const given_name = `Žofie 王 ${'ü'.repeat(2000)}`
  await sdk.send(
    new SignUpCommand({
      ClientId: cognito.clientId,
      Username,
      Password: 'Correct-Horse-9',
      UserAttributes: [{ Name: 'given_name', Value: given_name }]
    })
  )
  await confirm(sdk, cognito, Username)
  const { AccessToken, IdToken } = await tokensOf(signIn(sdk, cognito, Username))
  const { UserAttributes = [] } = await sdk.send(new GetUserCommand({ AccessToken }))
  t.equal(UserAttributes.find(({ Name }) => Name === 'given_name')?.Value, given_name)
  const claims = JSON.parse(Buffer.from(IdToken.split('.')[1] ?? '', 'base64url').toString())
  t.match(claims, { email: Username, given_name })
})

test('a parameter beyond 131072 characters is refused', async t => {
  const cognito = await startCognito(t)
  const command = new InitiateAuthCommand({
    AuthFlow: 'USER_PASSWORD_AUTH',
    ClientId: cognito.clientId,
    AuthParameters: { USERNAME: demo, PASSWORD: 'x'.repeat(131_073) }
  })
  t.match(await refusalOf(sdkFor(t, cognito).send(command)), {
    name: 'InvalidParameterException',
    message: /length less than or equal to 131072/
  })
})
