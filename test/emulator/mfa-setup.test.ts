/** Setting up an authenticator: when signed in, and on the way where the pool requires one. */

import {
  AssociateSoftwareTokenCommand,
  GetUserCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { totpCode } from '../../emulator/users/totp.ts'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, refusalOf, respond, sdkFor, signIn, tokensOf } from './sdk.ts'

const start = Date.UTC(2026, 5, 8, 7)
const codeFor = (secret = '') => totpCode(secret, start / 30_000)

/** Either an access token or the session of a challenge. */
interface Credential {
  readonly AccessToken?: string
  readonly Session?: string
}

async function setUp(t: Test, mfa: 'off' | 'optional' | 'on') {
  const cognito = await startCognito(t, { now: () => start })
  const sdk = sdkFor(t, cognito)
  const { AccessToken } = await tokensOf(signIn(sdk, cognito))
  await cognito.patchPool({ mfa })
  return {
    cognito,
    sdk,
    AccessToken,
    begin: () => signIn(sdk, cognito),
    associate: (by: Credential) => sdk.send(new AssociateSoftwareTokenCommand(by)),
    verify: (by: Credential, UserCode: string) =>
      sdk.send(new VerifySoftwareTokenCommand({ ...by, UserCode }))
  }
}

const mismatch = {
  name: 'EnableSoftwareTokenMFAException',
  message: 'Code mismatch and fail enable Software Token MFA'
}

test('a signed-in user sets one up: secret, code, preference', async t => {
  const { sdk, AccessToken, begin, associate, verify } = await setUp(t, 'optional')
  const { SecretCode, Session } = await associate({ AccessToken })
  t.match(SecretCode, /^[A-Z2-7]{52}$/)
  t.equal(Session, undefined)
  t.same(await refusalOf(verify({ AccessToken }, '000000')), mismatch)
  t.match(await verify({ AccessToken }, codeFor(SecretCode)), { Status: 'SUCCESS' })
  t.ok((await begin()).AuthenticationResult, 'verifying alone does not turn it on')
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true }
  await sdk.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings }))
  t.equal((await begin()).ChallengeName, 'SOFTWARE_TOKEN_MFA')
})

test('asking again replaces the secret that waits', async t => {
  const { AccessToken, associate, verify } = await setUp(t, 'optional')
  const first = await associate({ AccessToken })
  const second = await associate({ AccessToken })
  t.same(await refusalOf(verify({ AccessToken }, codeFor(first.SecretCode))), mismatch)
  t.match(await verify({ AccessToken }, codeFor(second.SecretCode)), { Status: 'SUCCESS' })
})

test('a code without a secret to it is refused', async t => {
  const { AccessToken, verify } = await setUp(t, 'optional')
  t.same(await refusalOf(verify({ AccessToken }, '123456')), {
    name: 'SoftwareTokenMFANotFoundException',
    message: 'Software Token MFA does not exist for the user.'
  })
  t.match(await refusalOf(verify({ AccessToken }, '12345')), { name: 'InvalidParameterException' })
})

test('a pool with MFA off gives no secrets', async t => {
  const { AccessToken, associate } = await setUp(t, 'off')
  t.match(await refusalOf(associate({ AccessToken })), {
    name: 'SoftwareTokenMFANotFoundException'
  })
})

test('where the pool requires MFA, the sign-in leads through the set-up', async t => {
  const { cognito, sdk, begin, associate, verify } = await setUp(t, 'on')
  const asked = await begin()
  t.equal(asked.ChallengeName, 'MFA_SETUP')
  const choices = JSON.parse(asked.ChallengeParameters?.MFAS_CAN_SETUP ?? '')
  t.same(choices, ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'])
  const first = { Session: asked.Session ?? '' }
  const early = respond(sdk, cognito, 'MFA_SETUP', first.Session, {})
  t.match(await refusalOf(early), { name: 'SoftwareTokenMFANotFoundException' })
  const associated = await associate(first)
  t.match(
    await refusalOf(associate(first)),
    notAuthorized('Invalid session for the user, session can only be used once.')
  )
  const second = { Session: associated.Session ?? '' }
  t.same(await refusalOf(verify(second, '000000')), mismatch)
  const verified = await verify(second, codeFor(associated.SecretCode))
  t.equal(verified.Status, 'SUCCESS')
  const done = await respond(sdk, cognito, 'MFA_SETUP', verified.Session, {})
  t.same(done.ChallengeParameters, {})
  t.ok(done.AuthenticationResult)
  t.equal((await begin()).ChallengeName, 'SOFTWARE_TOKEN_MFA')
})

test('an e-mail address can be set up instead', async t => {
  const { cognito, sdk, begin } = await setUp(t, 'on')
  const { Session } = await begin()
  const asked = await respond(sdk, cognito, 'MFA_SETUP', Session, { EMAIL: demo })
  t.match(asked, { ChallengeName: 'EMAIL_OTP', Session: String })
  const EMAIL_OTP_CODE = await cognito.code(demo)
  const done = await respond(sdk, cognito, 'EMAIL_OTP', asked.Session, { EMAIL_OTP_CODE })
  const AccessToken = done.AuthenticationResult?.AccessToken
  const user = await sdk.send(new GetUserCommand({ AccessToken }))
  t.same(user.UserMFASettingList, ['EMAIL_OTP'])
})

test('a token and a session together are refused', async t => {
  const { AccessToken, associate, verify } = await setUp(t, 'optional')
  const both = { AccessToken, Session: 'AYABe-and-some-more-characters' }
  t.match(await refusalOf(associate(both)), { name: 'InvalidParameterException' })
  t.match(await refusalOf(verify(both, '123456')), { name: 'InvalidParameterException' })
})
