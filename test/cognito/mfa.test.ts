/** Second factors and other challenges at the local Cognito. */

import { test } from 'tap'
import type { CognitoChallenge } from '../../src/auth/identity-provider.ts'
import { startCognito } from '../support/cognito.ts'
import { clientSecret, flows, password, service, signedInUser } from './pool.ts'
import { failure } from './stub.ts'
import { totp } from './totp.ts'

const email = 'someone@example.com'
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const minute = 60_000

test('an authenticator is set up, preferred, asked for and switched off', async t => {
  const { identity, cognito, tokens } = await signedInUser(t)
  const { accessToken } = tokens
  t.same(await identity.getMfa(accessToken), { enabled: [], preferred: undefined })
  const wanted = { enabled: ['SOFTWARE_TOKEN_MFA'], preferred: 'SOFTWARE_TOKEN_MFA' } as const
  t.match(await failure(identity.setMfaPreference(accessToken, wanted)), {
    code: 'invalid_request',
    reason: 'mfa_not_set_up'
  })
  const secret = await identity.associateSoftwareToken(accessToken)
  t.match(secret, /^[A-Z2-7]{16,}$/)
  const wrong = identity.verifySoftwareToken(accessToken, { code: totp(secret, 0) })
  t.match(await failure(wrong), { code: 'code_mismatch' })
  const malformed = identity.verifySoftwareToken(accessToken, { code: 'abcdef' })
  t.match(await failure(malformed), { code: 'code_mismatch', reason: 'malformed_code' })
  const code = totp(secret, Date.now())
  await identity.verifySoftwareToken(accessToken, { code, friendlyName: 'phone' })
  await identity.setMfaPreference(accessToken, wanted)
  t.same(await identity.getMfa(accessToken), wanted)
  const challenge = await identity.signIn({ email, password })
  t.match(challenge, { kind: 'challenge', name: 'SOFTWARE_TOKEN_MFA' })
  await identity.setMfaPreference(accessToken, { enabled: [], preferred: undefined })
  t.match(await identity.signIn({ email, password }), { kind: 'signed_in' })
  t.ok(cognito)
})

for (const authFlow of flows) {
  for (const secret of [undefined, clientSecret]) {
    const client = secret === undefined ? 'public' : 'confidential'

    test(`${authFlow} goes on with a code of an authenticator, of a ${client} client`, async t => {
      const cognito = await startCognito(t)
      await cognito.patchPool({ clientSecret: secret ?? null })
      await cognito.createUser({ email, password, totpSecret })
      const identity = service(t, cognito, { authFlow, clientSecret: secret })
      const challenge = expectChallenge(await identity.signIn({ email, password }))
      t.equal(challenge.name, 'SOFTWARE_TOKEN_MFA')
      const old = { kind: 'code', code: totp(totpSecret, Date.now() - 10 * minute) } as const
      t.match(await failure(identity.respondToChallenge(challenge, old)), { code: 'code_mismatch' })
      const code = { kind: 'code', code: totp(totpSecret, Date.now()) } as const
      const signedIn = await identity.respondToChallenge(challenge, code)
      t.match(signedIn, { kind: 'signed_in', user: { email } })
      const used = await failure(identity.respondToChallenge(challenge, code))
      t.match(used, { code: 'challenge_expired', reason: 'challenge_used' })
      const next = expectChallenge(await identity.signIn({ email, password }))
      const again = await failure(identity.respondToChallenge(next, code))
      t.match(again, { code: 'code_expired', reason: 'code_used' })
    })
  }

  test(`${authFlow} goes on with a new password where the first one is temporary`, async t => {
    const cognito = await startCognito(t)
    await cognito.patchPool({ requiredAttributes: ['email', 'given_name'] })
    await cognito.createUser({ email, password, temporary: true })
    const identity = service(t, cognito, { authFlow })
    const challenge = expectChallenge(await identity.signIn({ email, password }))
    t.match(challenge, { name: 'NEW_PASSWORD_REQUIRED', requiredAttributes: ['given_name'] })
    const answer = {
      kind: 'new_password',
      newPassword: 'Another-Horse-9',
      attributes: { given_name: 'Ada' }
    } as const
    const respond = (change: object) =>
      identity.respondToChallenge(challenge, { ...answer, ...change })
    t.match(await failure(respond({ newPassword: 'short' })), {
      code: 'invalid_password',
      detail: 'The password is too short.'
    })
    t.match(await failure(respond({ attributes: {} })), {
      code: 'invalid_request',
      errors: [{ field: 'givenName', message: 'is required' }]
    })
    const signedIn = await identity.respondToChallenge(challenge, answer)
    t.match(signedIn, { kind: 'signed_in', user: { givenName: 'Ada' } })
    const again = await identity.signIn({ email, password: answer.newPassword })
    t.match(again, { kind: 'signed_in' })
  })
}

test('a code by mail is asked for with where it went', async t => {
  const { identity, cognito, tokens } = await signedInUser(t)
  const mail = { enabled: ['EMAIL_OTP'], preferred: 'EMAIL_OTP' } as const
  await identity.setMfaPreference(tokens.accessToken, mail)
  const challenge = expectChallenge(await identity.signIn({ email, password }))
  const delivery = { medium: 'EMAIL', destination: 's***@e***' }
  t.match(challenge, { name: 'EMAIL_OTP', delivery })
  const code = { kind: 'code', code: await cognito.code(email) } as const
  t.match(await identity.respondToChallenge(challenge, code), { kind: 'signed_in' })
})

test('of several factors one is chosen', async t => {
  const cognito = await startCognito(t)
  await cognito.createUser({ email, password, attributes: { phone_number: '+15550100' } })
  const identity = service(t, cognito)
  const signedIn = await identity.signIn({ email, password })
  if (signedIn.kind !== 'signed_in') throw new Error('a challenge too early')
  const both = { enabled: ['SMS_MFA', 'EMAIL_OTP'], preferred: undefined } as const
  await identity.setMfaPreference(signedIn.tokens.accessToken, both)
  const challenge = expectChallenge(await identity.signIn({ email, password }))
  t.equal(challenge.name, 'SELECT_MFA_TYPE')
  t.same([...(challenge.choices ?? [])].sort(), ['EMAIL_OTP', 'SMS_MFA'])
  const chosen = await identity.respondToChallenge(challenge, { kind: 'choice', choice: 'SMS_MFA' })
  t.match(expectChallenge(chosen), { name: 'SMS_MFA', delivery: { medium: 'SMS' } })
  const code = { kind: 'code', code: await cognito.code('+15550100') } as const
  t.match(await identity.respondToChallenge(expectChallenge(chosen), code), { kind: 'signed_in' })
})

test('a pool that demands a second factor has one set up at the login', async t => {
  const cognito = await startCognito(t)
  await cognito.patchPool({ mfa: 'on' })
  await cognito.createUser({ email, password })
  const identity = service(t, cognito)
  const challenge = expectChallenge(await identity.signIn({ email, password }))
  t.equal(challenge.name, 'MFA_SETUP')
  t.ok(challenge.choices?.includes('SOFTWARE_TOKEN_MFA'))
  const begun = await identity.beginTotpAtLogin(challenge)
  const wrong = { kind: 'code', code: totp(begun.secret, 0) } as const
  t.match(await failure(identity.respondToChallenge(begun.challenge, wrong)), {
    code: 'code_mismatch'
  })
  const right = { kind: 'code', code: totp(begun.secret, Date.now()) } as const
  t.match(await identity.respondToChallenge(begun.challenge, right), { kind: 'signed_in' })
  t.match(await identity.signIn({ email, password }), { name: 'SOFTWARE_TOKEN_MFA' })
})

test('a challenge that took too long means to begin again', async t => {
  const cognito = await startCognito(t)
  await cognito.createUser({ email, password, totpSecret })
  const identity = service(t, cognito)
  const challenge = expectChallenge(await identity.signIn({ email, password }))
  await cognito.advance(4 * 60)
  const code = { kind: 'code', code: totp(totpSecret, Date.now() + 4 * minute) } as const
  const error = await failure(identity.respondToChallenge(challenge, code))
  t.match(error, { code: 'challenge_expired', reason: 'challenge_lapsed' })
})

function expectChallenge(step: { kind: string }): CognitoChallenge {
  if (step.kind === 'challenge') return step as CognitoChallenge // the kind says so
  throw new Error(`not a challenge: ${step.kind}`)
}
