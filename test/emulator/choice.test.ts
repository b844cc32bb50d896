/** USER_AUTH: choice-based sign-in, asked by the AWS SDK. */

import {
  InitiateAuthCommand,
  RespondToAuthChallengeCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, password, refusalOf, sdkFor } from './sdk.ts'

async function setUp(t: Test, pool: Record<string, unknown> = {}) {
  const cognito = await startCognito(t)
  if (Object.keys(pool).length > 0) await cognito.patchPool(pool)
  const sdk = sdkFor(t, cognito)
  const ClientId = cognito.clientId
  return {
    cognito,
    begin: (AuthParameters: Record<string, string>) =>
      sdk.send(new InitiateAuthCommand({ AuthFlow: 'USER_AUTH', ClientId, AuthParameters })),
    respond: (
      ChallengeName: 'SELECT_CHALLENGE' | 'EMAIL_OTP' | 'SMS_OTP',
      Session: string | undefined,
      ChallengeResponses: Record<string, string>
    ) =>
      sdk.send(
        new RespondToAuthChallengeCommand({ ClientId, ChallengeName, Session, ChallengeResponses })
      )
  }
}

const all = ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP']

test('without a preference, the client chooses among what the user has', async t => {
  const { begin } = await setUp(t)
  const reply = await begin({ USERNAME: demo })
  t.match(reply, { ChallengeName: 'SELECT_CHALLENGE', AvailableChallenges: all })
  t.ok(reply.Session)
})

test('a preferred password signs in with one call', async t => {
  const { begin } = await setUp(t)
  const reply = await begin({ USERNAME: demo, PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: password })
  t.ok(reply.AuthenticationResult?.RefreshToken)
})

test('a preferred factor that the user lacks leads to the choice of the rest', async t => {
  const { begin } = await setUp(t)
  const reply = await begin({ USERNAME: demo, PREFERRED_CHALLENGE: 'WEB_AUTHN' })
  t.match(reply, { ChallengeName: 'SELECT_CHALLENGE', AvailableChallenges: all })
})

test('a code by mail signs in; a wrong one keeps the session', async t => {
  const { cognito, begin, respond } = await setUp(t)
  const { Session, ...asked } = await begin({ USERNAME: demo, PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  t.match(asked, {
    ChallengeName: 'EMAIL_OTP',
    ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL' }
  })
  const wrong = respond('EMAIL_OTP', Session, { USERNAME: demo, EMAIL_OTP_CODE: 'x' })
  t.match(await refusalOf(wrong), { name: 'CodeMismatchException' })
  const code = await cognito.code(demo)
  t.match(code, /^\d{8}$/)
  const reply = await respond('EMAIL_OTP', Session, { USERNAME: demo, EMAIL_OTP_CODE: code })
  t.ok(reply.AuthenticationResult?.AccessToken)
  const again = respond('EMAIL_OTP', Session, { USERNAME: demo, EMAIL_OTP_CODE: code })
  t.match(await refusalOf(again), { name: 'NotAuthorizedException' })
})

test('a code confirms an account that was not confirmed', async t => {
  const { cognito, begin, respond } = await setUp(t)
  const email = 'new@example.com'
  await cognito.createUser({ email, password, confirmed: false })
  const { Session } = await begin({ USERNAME: email, PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  const EMAIL_OTP_CODE = await cognito.code(email)
  await respond('EMAIL_OTP', Session, { USERNAME: email, EMAIL_OTP_CODE })
  const reply = await begin({
    USERNAME: email,
    PREFERRED_CHALLENGE: 'PASSWORD',
    PASSWORD: password
  })
  t.ok(reply.AuthenticationResult)
})

test('a chosen password signs in, and a wrong one spends the session or not, as the switch says', async t => {
  for (const wrongPasswordSpendsSession of [true, false]) {
    const { begin, respond } = await setUp(t, { wrongPasswordSpendsSession })
    const { Session } = await begin({ USERNAME: demo })
    const answer = (PASSWORD: string) =>
      respond('SELECT_CHALLENGE', Session, { USERNAME: demo, ANSWER: 'PASSWORD', PASSWORD })
    t.match(await refusalOf(answer('Wrong-Horse-9')), notAuthorized())
    const second = answer(password)
    if (wrongPasswordSpendsSession)
      t.match(await refusalOf(second), { name: 'NotAuthorizedException' })
    else t.ok((await second).AuthenticationResult)
  }
})

test('a chosen code is sent, and answered', async t => {
  const { cognito, begin, respond } = await setUp(t)
  const { Session } = await begin({ USERNAME: demo })
  const asked = await respond('SELECT_CHALLENGE', Session, { USERNAME: demo, ANSWER: 'EMAIL_OTP' })
  t.equal(asked.ChallengeName, 'EMAIL_OTP')
  const EMAIL_OTP_CODE = await cognito.code(demo)
  const reply = await respond('EMAIL_OTP', asked.Session, { USERNAME: demo, EMAIL_OTP_CODE })
  t.ok(reply.AuthenticationResult)
})

test('with MFA on, nothing but a password begins a sign-in', async t => {
  const { begin } = await setUp(t, { mfa: 'on' })
  const reply = await begin({ USERNAME: demo, PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  t.match(reply, { ChallengeName: 'SELECT_CHALLENGE' })
  t.same(reply.AvailableChallenges, ['PASSWORD', 'PASSWORD_SRP'])
})

test('a name that no user has is offered choices or refused, as the switch says; nothing is sent', async t => {
  const USERNAME = 'nobody@example.com'
  const open = await setUp(t)
  const reply = await open.begin({ USERNAME })
  t.match(reply, { ChallengeName: 'SELECT_CHALLENGE', AvailableChallenges: all })
  const asked = await open.begin({ USERNAME, PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  t.equal(asked.ChallengeName, 'EMAIL_OTP')
  t.same(await open.cognito.messages(USERNAME), [])
  const guess = open.respond('EMAIL_OTP', asked.Session, { USERNAME, EMAIL_OTP_CODE: '12345678' })
  t.match(await refusalOf(guess), { name: 'CodeMismatchException' })
  const shut = await setUp(t, { simulatedChoice: 'refusal' })
  t.match(await refusalOf(shut.begin({ USERNAME })), notAuthorized())
})

test('a client without the flow refuses it', async t => {
  const { begin } = await setUp(t, { userAuth: false })
  t.match(await refusalOf(begin({ USERNAME: demo })), { name: 'InvalidParameterException' })
})
