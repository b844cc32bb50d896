/** Challenges: how Cognito puts them, and how each is answered. */

import { test } from 'tap'
import type { ChallengeAnswer, CognitoChallenge } from '../../src/auth/identity-provider.ts'
import { secretHash } from '../../src/cognito/client.ts'
import { issued, start, tokens, user, userId } from './answers.ts'
import { type Call, failure, pool } from './stub.ts'

const credentials = { email: 'A@example.com', password: 'x' }
const clientSecret = 'a-secret-of-a-confidential-client'
const session = 'session-of-cognito'
const put = { kind: 'challenge', session, username: userId } as const

/** As Cognito puts it, and as the domain gets it. */
const challenges: readonly (readonly [
  parameters: Record<string, string>,
  challenge: CognitoChallenge
])[] = [
  [
    {
      CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL',
      CODE_DELIVERY_DESTINATION: 'a***@e***',
      USER_ID_FOR_SRP: userId
    },
    { ...put, name: 'EMAIL_OTP', delivery: { medium: 'EMAIL', destination: 'a***@e***' } }
  ],
  [
    { CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS', CODE_DELIVERY_DESTINATION: '+*******9934' },
    {
      ...put,
      name: 'SMS_MFA',
      username: credentials.email,
      delivery: { medium: 'SMS', destination: '+*******9934' }
    }
  ],
  [
    { FRIENDLY_DEVICE_NAME: 'phone', USER_ID_FOR_SRP: userId },
    { ...put, name: 'SOFTWARE_TOKEN_MFA' }
  ],
  [
    { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]', USERNAME: userId },
    { ...put, name: 'SELECT_MFA_TYPE', choices: ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'] }
  ],
  [
    { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]', USER_ID_FOR_SRP: userId },
    { ...put, name: 'MFA_SETUP', choices: ['SOFTWARE_TOKEN_MFA'] }
  ],
  [
    {
      userAttributes: '{"email":"a@example.com"}',
      requiredAttributes: '["userAttributes.given_name"]',
      USER_ID_FOR_SRP: userId
    },
    { ...put, name: 'NEW_PASSWORD_REQUIRED', requiredAttributes: ['given_name'] }
  ],
  [
    { MFAS_CAN_CHOOSE: 'no JSON', requiredAttributes: '{}', USER_ID_FOR_SRP: userId },
    { ...put, name: 'SELECT_MFA_TYPE' }
  ]
]

test('challenges are handed on in the words of the domain', async t => {
  for (const [parameters, challenge] of challenges) {
    for (const authFlow of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const) {
      const { name } = challenge
      const answer = { ChallengeName: name, Session: session, ChallengeParameters: parameters }
      const { service } = await start(t, () => answer, { authFlow })
      t.same(await service.signIn(credentials), challenge, `${name} by ${authFlow}`)
    }
  }
})

const code = { kind: 'code', code: '123456' } as const

/** What is sent besides the name of the user. */
const answers: readonly (readonly [
  name: string,
  answer: ChallengeAnswer,
  sent: Record<string, string>
])[] = [
  ['SOFTWARE_TOKEN_MFA', code, { SOFTWARE_TOKEN_MFA_CODE: '123456' }],
  ['SMS_MFA', code, { SMS_MFA_CODE: '123456' }],
  ['EMAIL_OTP', code, { EMAIL_OTP_CODE: '123456' }],
  ['SELECT_MFA_TYPE', { kind: 'choice', choice: 'EMAIL_OTP' }, { ANSWER: 'EMAIL_OTP' }],
  [
    'NEW_PASSWORD_REQUIRED',
    { kind: 'new_password', newPassword: 'New-Horse-9', attributes: { given_name: 'Ada' } },
    { NEW_PASSWORD: 'New-Horse-9', 'userAttributes.given_name': 'Ada' }
  ],
  [
    'NEW_PASSWORD_REQUIRED',
    { kind: 'new_password', newPassword: 'New-Horse-9' },
    { NEW_PASSWORD: 'New-Horse-9' }
  ]
]

test('each answer travels in the parameter of its challenge', async t => {
  for (const [name, answer, sent] of answers) {
    const { service, calls } = await start(t, () => ({ AuthenticationResult: issued }), {
      clientSecret
    })
    const signedIn = await service.respondToChallenge({ ...put, name }, answer)
    t.same(signedIn, { kind: 'signed_in', tokens, user })
    const SECRET_HASH = secretHash(userId, pool.clientId, clientSecret)
    const ChallengeResponses = { ...sent, USERNAME: userId, SECRET_HASH }
    const body = {
      ClientId: pool.clientId,
      ChallengeName: name,
      Session: session,
      ChallengeResponses
    }
    t.same(calls, [{ operation: 'RespondToAuthChallenge', body }])
  }
})

test('an answer may lead to the next challenge', async t => {
  const next = { ChallengeName: 'MFA_SETUP', Session: 'the next session' }
  const { service } = await start(t, () => next)
  const challenge = { ...put, name: 'NEW_PASSWORD_REQUIRED' }
  const answer = { kind: 'new_password', newPassword: 'New-Horse-9' } as const
  t.same(await service.respondToChallenge(challenge, answer), {
    ...put,
    name: 'MFA_SETUP',
    session: 'the next session'
  })
})

test('an answer that does not fit the challenge is not sent', async t => {
  const { service, calls } = await start(t, () => ({}))
  const misfits: readonly (readonly [name: string, answer: ChallengeAnswer])[] = [
    ['NEW_PASSWORD_REQUIRED', code],
    ['SELECT_MFA_TYPE', code],
    ['SMS_MFA', { kind: 'choice', choice: 'EMAIL_OTP' }],
    ['MFA_SETUP', { kind: 'new_password', newPassword: 'New-Horse-9' }],
    ['DEVICE_SRP_AUTH', code],
    ['constructor', code]
  ]
  for (const [name, answer] of misfits) {
    const error = await failure(service.respondToChallenge({ ...put, name }, answer))
    t.match(error, { code: 'challenge_unsupported', reason: `${name}_by_${answer.kind}` })
  }
  t.same(calls, [])
})

test('an authenticator is set up in three calls, each with the Session of the one before', async t => {
  const replies: Record<string, unknown> = {
    AssociateSoftwareToken: { SecretCode: 'BASE32SECRET', Session: 'second' },
    VerifySoftwareToken: { Status: 'SUCCESS', Session: 'third' },
    RespondToAuthChallenge: { AuthenticationResult: issued, ChallengeParameters: {} }
  }
  const { service, calls } = await start(t, ({ operation }: Call) => replies[operation])
  const begun = await service.beginTotpAtLogin({ ...put, name: 'MFA_SETUP' })
  t.same(begun, {
    secret: 'BASE32SECRET',
    challenge: { ...put, name: 'MFA_SETUP', session: 'second' }
  })
  t.match(await service.respondToChallenge(begun.challenge, code), { kind: 'signed_in' })
  t.match(
    calls.map(({ body }) => body),
    [
      { Session: session },
      { Session: 'second', UserCode: '123456' },
      { ChallengeName: 'MFA_SETUP', Session: 'third', ChallengeResponses: { USERNAME: userId } }
    ]
  )
})

test('an authenticator without its secret or Session is an upstream error', async t => {
  const { service } = await start(t, () => ({}))
  const challenge = { ...put, name: 'MFA_SETUP' }
  const incomplete = { code: 'upstream_error', reason: 'totp_incomplete' }
  t.match(await failure(service.beginTotpAtLogin(challenge)), incomplete)
  t.match(await failure(service.respondToChallenge(challenge, code)), incomplete)
})
