/** What is sent for accounts, passwords, profiles and second factors, and what comes back. */

import { test } from 'tap'
import type { IdentityProvider } from '../../src/auth/identity-provider.ts'
import { secretHash } from '../../src/cognito/client.ts'
import { start } from './answers.ts'
import { failure, pool, sendException, sendJson, serviceFor, startStub } from './stub.ts'

const email = 'a@example.com'
const clientSecret = 'a-secret-of-a-confidential-client'
const named = {
  ClientId: pool.clientId,
  Username: email,
  SecretHash: secretHash(email, pool.clientId, clientSecret)
}
const AccessToken = 'token'
const delivery = { medium: 'EMAIL', destination: 'a***@e***' } as const
const CodeDeliveryDetails = {
  AttributeName: 'email',
  DeliveryMedium: 'EMAIL',
  Destination: 'a***@e***'
}

interface Case {
  readonly ask: (service: IdentityProvider) => Promise<unknown>
  readonly sent: Record<string, unknown>
  readonly answer?: unknown
  readonly result?: unknown
}

const operations: Readonly<Record<string, Case>> = {
  SignUp: {
    ask: service =>
      service.signUp({ email, password: ' x ', attributes: { given_name: 'Ada', email: 'other' } }),
    sent: {
      ...named,
      Password: ' x ',
      UserAttributes: [
        { Name: 'given_name', Value: 'Ada' },
        { Name: 'email', Value: email }
      ]
    },
    answer: { UserConfirmed: false, UserSub: 'sub', CodeDeliveryDetails },
    result: { confirmed: false, delivery }
  },
  ConfirmSignUp: {
    ask: service => service.confirmSignUp({ email, code: '123456' }),
    sent: { ...named, ConfirmationCode: '123456' }
  },
  ResendConfirmationCode: {
    ask: service => service.resendConfirmationCode(email),
    sent: named,
    answer: { CodeDeliveryDetails: { DeliveryMedium: 'SMS', Destination: '+*******9934' } },
    result: { medium: 'SMS', destination: '+*******9934' }
  },
  ForgotPassword: {
    ask: service => service.forgotPassword(email),
    sent: named,
    answer: { CodeDeliveryDetails },
    result: delivery
  },
  ConfirmForgotPassword: {
    ask: service => service.confirmForgotPassword({ email, code: '123456', newPassword: 'x' }),
    sent: { ...named, ConfirmationCode: '123456', Password: 'x' }
  },
  ChangePassword: {
    ask: service => service.changePassword(AccessToken, { currentPassword: 'x', newPassword: 'y' }),
    sent: { AccessToken, PreviousPassword: 'x', ProposedPassword: 'y' }
  },
  UpdateUserAttributes: {
    ask: service => service.updateAttributes(AccessToken, { email, gender: '' }),
    sent: {
      AccessToken,
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'gender', Value: '' }
      ]
    },
    answer: { CodeDeliveryDetailsList: [CodeDeliveryDetails, {}] },
    result: [{ attribute: 'email', delivery }]
  },
  DeleteUserAttributes: {
    ask: service => service.deleteAttributes(AccessToken, ['gender']),
    sent: { AccessToken, UserAttributeNames: ['gender'] }
  },
  GetUserAttributeVerificationCode: {
    ask: service => service.getAttributeVerificationCode(AccessToken, 'email'),
    sent: { AccessToken, AttributeName: 'email' },
    answer: { CodeDeliveryDetails },
    result: delivery
  },
  VerifyUserAttribute: {
    ask: service => service.verifyAttribute(AccessToken, 'email', '123456'),
    sent: { AccessToken, AttributeName: 'email', Code: '123456' }
  },
  DeleteUser: { ask: service => service.deleteUser(AccessToken), sent: { AccessToken } },
  AssociateSoftwareToken: {
    ask: service => service.associateSoftwareToken(AccessToken),
    sent: { AccessToken },
    answer: { SecretCode: 'BASE32SECRET' },
    result: 'BASE32SECRET'
  },
  VerifySoftwareToken: {
    ask: service =>
      service.verifySoftwareToken(AccessToken, { code: '123456', friendlyName: 'phone' }),
    sent: { AccessToken, UserCode: '123456', FriendlyDeviceName: 'phone' },
    answer: { Status: 'SUCCESS' }
  },
  GetUser: {
    ask: service => service.getMfa(AccessToken),
    sent: { AccessToken },
    answer: {
      Username: 'user',
      UserMFASettingList: ['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'SOMETHING_NEW'],
      PreferredMfaSetting: 'SMS_MFA'
    },
    result: { enabled: ['SOFTWARE_TOKEN_MFA', 'SMS_MFA'], preferred: 'SMS_MFA' }
  }
}

for (const [operation, { ask, sent, answer = {}, result }] of Object.entries(operations)) {
  test(`${operation} is asked and read`, async t => {
    const { service, calls } = await start(t, () => answer, { clientSecret })
    t.same(await ask(service), result)
    t.same(calls, [{ operation, body: sent }])
  })
}

test('where nothing is sent there is no delivery', async t => {
  const { service } = await start(t, () => ({ UserConfirmed: true, UserSub: 'sub' }))
  t.same(await service.signUp({ email, password: 'x', attributes: {} }), {
    confirmed: true,
    delivery: undefined
  })
})

test('an authenticator without a secret is an upstream error', async t => {
  const { service } = await start(t, () => ({}))
  t.match(await failure(service.associateSoftwareToken(AccessToken)), { reason: 'totp_incomplete' })
})

test('second factors are switched in one go, and none is named that was never on', async t => {
  const { service, calls } = await start(t, () => ({
    Username: 'user',
    UserMFASettingList: ['SOFTWARE_TOKEN_MFA', 'SMS_MFA'],
    PreferredMfaSetting: 'SMS_MFA'
  }))
  await service.setMfaPreference(AccessToken, {
    enabled: ['SOFTWARE_TOKEN_MFA'],
    preferred: 'SOFTWARE_TOKEN_MFA'
  })
  t.same(calls[1], {
    operation: 'SetUserMFAPreference',
    body: {
      AccessToken,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
      SMSMfaSettings: { Enabled: false, PreferredMfa: false }
    }
  })
})

test('switching off what was never on asks for nothing', async t => {
  const { service, calls } = await start(t, () => ({ Username: 'user' }))
  await service.setMfaPreference(AccessToken, { enabled: [], preferred: undefined })
  t.same(
    calls.map(call => call.operation),
    ['GetUser']
  )
})

test('a factor that is not set up cannot be switched on', async t => {
  const stub = await startStub(t, (response, { operation }) => {
    if (operation === 'GetUser') return sendJson(response, { Username: 'user' })
    const message = 'User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA'
    return sendException(response, 'InvalidParameterException', message)
  })
  const wanted = { enabled: ['SOFTWARE_TOKEN_MFA'], preferred: undefined } as const
  const error = await failure(serviceFor(t, stub.endpoint).setMfaPreference(AccessToken, wanted))
  t.match(error, { code: 'invalid_request', reason: 'mfa_not_set_up' })
})
