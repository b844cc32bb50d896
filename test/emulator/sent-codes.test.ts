/** Second factors by SMS and e-mail, and the choice between several. */

import {
  GetUserCommand,
  SetUserMFAPreferenceCommand,
  type SetUserMFAPreferenceCommandInput
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { totpCode } from '../../emulator/users/totp.ts'
import { startCognito } from '../support/cognito.ts'
import { password, refusalOf, respond, sdkFor, signIn, tokensOf } from './sdk.ts'

const email = 'ann@example.com'
const phone_number = '+4512349934'
const start = Date.UTC(2026, 5, 8, 7)

type Preference = Omit<SetUserMFAPreferenceCommandInput, 'AccessToken'>

async function setUp(t: Test, preference: Preference) {
  const cognito = await startCognito(t, { now: () => start })
  const sdk = sdkFor(t, cognito)
  const attributes = { phone_number, phone_number_verified: 'true' }
  await cognito.createUser({ email, password, attributes })
  const { AccessToken } = await tokensOf(signIn(sdk, cognito, email))
  const prefer = (change: Preference) =>
    sdk.send(new SetUserMFAPreferenceCommand({ AccessToken, ...change }))
  await prefer(preference)
  const user = () => sdk.send(new GetUserCommand({ AccessToken }))
  return { cognito, sdk, prefer, user, begin: () => signIn(sdk, cognito, email) }
}

test('SMS_MFA sends six digits to the number', async t => {
  const { cognito, sdk, begin } = await setUp(t, { SMSMfaSettings: { Enabled: true } })
  const { ChallengeName, ChallengeParameters, Session } = await begin()
  t.equal(ChallengeName, 'SMS_MFA')
  t.match(ChallengeParameters, {
    CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS',
    CODE_DELIVERY_DESTINATION: '+******9934',
    USER_ID_FOR_SRP: String
  })
  const code = await cognito.code(phone_number)
  t.match(code, /^\d{6}$/)
  const wrong = respond(sdk, cognito, 'SMS_MFA', Session, { SMS_MFA_CODE: 'x' }, email)
  t.same(await refusalOf(wrong), {
    name: 'CodeMismatchException',
    message: 'Invalid code or auth state for the user.'
  })
  const right = await respond(sdk, cognito, 'SMS_MFA', Session, { SMS_MFA_CODE: code }, email)
  t.ok(right.AuthenticationResult)
})

test('EMAIL_OTP sends eight digits to the address', async t => {
  const { cognito, sdk, begin } = await setUp(t, { EmailMfaSettings: { Enabled: true } })
  const { ChallengeName, ChallengeParameters, Session } = await begin()
  t.equal(ChallengeName, 'EMAIL_OTP')
  t.match(ChallengeParameters, { CODE_DELIVERY_DESTINATION: 'a***@e***' })
  const [message] = await cognito.messages(email)
  t.match(message, { medium: 'EMAIL', purpose: 'mfa', code: /^\d{8}$/ })
  const answer = (EMAIL_OTP_CODE = '') =>
    respond(sdk, cognito, 'EMAIL_OTP', Session, { EMAIL_OTP_CODE }, email)
  t.match(await refusalOf(answer('1')), { message: 'Invalid code or auth state for the user.' })
  t.ok((await answer(message?.code)).AuthenticationResult)
})

test('the code of one factor does not answer for another', async t => {
  const { cognito, sdk, begin } = await setUp(t, { SMSMfaSettings: { Enabled: true } })
  const { Session } = await begin()
  const code = await cognito.code(phone_number)
  const other = respond(sdk, cognito, 'EMAIL_OTP', Session, { EMAIL_OTP_CODE: code }, email)
  t.match(await refusalOf(other), { message: 'Invalid session for the user.' })
})

test('several factors without a preference are offered for choice', async t => {
  const both = { SMSMfaSettings: { Enabled: true }, EmailMfaSettings: { Enabled: true } }
  const { cognito, sdk, begin } = await setUp(t, both)
  const { ChallengeName, ChallengeParameters, Session } = await begin()
  t.equal(ChallengeName, 'SELECT_MFA_TYPE')
  t.same(JSON.parse(ChallengeParameters?.MFAS_CAN_CHOOSE ?? ''), ['SMS_MFA', 'EMAIL_OTP'])
  const choose = (ANSWER: string) =>
    respond(sdk, cognito, 'SELECT_MFA_TYPE', Session, { ANSWER }, email)
  t.match(await refusalOf(choose('SOFTWARE_TOKEN_MFA')), { name: 'MFAMethodNotFoundException' })
  t.same(await cognito.messages(email), [], 'nothing is sent before the choice')
  const chosen = await choose('EMAIL_OTP')
  t.equal(chosen.ChallengeName, 'EMAIL_OTP')
  const EMAIL_OTP_CODE = await cognito.code(email)
  const done = await respond(sdk, cognito, 'EMAIL_OTP', chosen.Session, { EMAIL_OTP_CODE }, email)
  t.ok(done.AuthenticationResult)
})

test('the preferred factor is asked for at once', async t => {
  const { prefer, user, begin } = await setUp(t, { SMSMfaSettings: { Enabled: true } })
  await prefer({ EmailMfaSettings: { Enabled: true, PreferredMfa: true } })
  t.match(await user(), {
    UserMFASettingList: ['SMS_MFA', 'EMAIL_OTP'],
    PreferredMfaSetting: 'EMAIL_OTP'
  })
  t.equal((await begin()).ChallengeName, 'EMAIL_OTP')
  await prefer({ EmailMfaSettings: { Enabled: false } })
  t.equal((await user()).PreferredMfaSetting, undefined)
  t.equal((await begin()).ChallengeName, 'SMS_MFA')
})

test('a factor that is not ready cannot be turned on, and two cannot be preferred', async t => {
  const { prefer, user } = await setUp(t, {})
  t.same(await refusalOf(prefer({ SoftwareTokenMfaSettings: { Enabled: true } })), {
    name: 'InvalidParameterException',
    message: 'User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA'
  })
  const preferred = { Enabled: true, PreferredMfa: true }
  const both = prefer({ SMSMfaSettings: preferred, EmailMfaSettings: preferred })
  t.match(await refusalOf(both), { name: 'InvalidParameterException' })
  t.equal((await user()).UserMFASettingList, undefined)
})

test('where the pool requires MFA the last factor stays', async t => {
  const { cognito, prefer } = await setUp(t, { SMSMfaSettings: { Enabled: true } })
  await cognito.patchPool({ mfa: 'on' })
  const off = { SMSMfaSettings: { Enabled: false } }
  t.match(await refusalOf(prefer(off)), { name: 'InvalidParameterException' })
  t.ok(await prefer({ ...off, EmailMfaSettings: { Enabled: true } }))
})

test('a created user with a secret prefers its authenticator', async t => {
  const cognito = await startCognito(t, { now: () => start })
  const sdk = sdkFor(t, cognito)
  const totpSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  await cognito.createUser({ email, password, totpSecret })
  const { Session } = await signIn(sdk, cognito, email)
  const SOFTWARE_TOKEN_MFA_CODE = totpCode(totpSecret, start / 30_000)
  const responses = { SOFTWARE_TOKEN_MFA_CODE }
  const done = await respond(sdk, cognito, 'SOFTWARE_TOKEN_MFA', Session, responses, email)
  const AccessToken = done.AuthenticationResult?.AccessToken
  t.match(await sdk.send(new GetUserCommand({ AccessToken })), {
    UserMFASettingList: ['SOFTWARE_TOKEN_MFA'],
    PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA'
  })
})
