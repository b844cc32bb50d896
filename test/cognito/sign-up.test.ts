/** Accounts made and confirmed at the local Cognito. */

import { test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { clientSecret, password, service } from './pool.ts'
import { failure } from './stub.ts'

const email = 'new@example.com'
const account = { email, password, attributes: { given_name: 'Ada' } }

for (const secret of [undefined, clientSecret]) {
  const client = secret === undefined ? 'public' : 'confidential'

  test(`an account is made, confirmed and used, of a ${client} client`, async t => {
    const cognito = await startCognito(t)
    await cognito.patchPool({ clientSecret: secret ?? null })
    const identity = service(t, cognito, { clientSecret: secret })
    const delivery = { medium: 'EMAIL', destination: 'n***@e***' }
    t.same(await identity.signUp(account), { confirmed: false, delivery })
    const first = await cognito.code(email)
    t.same(await identity.resendConfirmationCode(email), delivery)
    const code = await cognito.code(email)
    t.not(code, first)
    await identity.confirmSignUp({ email, code })
    const signedIn = await identity.signIn({ email, password })
    t.match(signedIn, { kind: 'signed_in', user: { email, emailVerified: true, givenName: 'Ada' } })
  })
}

test('a sign-up that cannot be is refused for what is wrong with it', async t => {
  const cognito = await startCognito(t)
  const identity = service(t, cognito)
  const malformed = 'The password is too short, or has a space at its beginning or end.'
  const refusals = [
    [{ password: 'short' }, { code: 'invalid_password', detail: 'The password is too short.' }],
    [{ password: 'correct-horse-9' }, { detail: 'The password needs an upper-case letter.' }],
    [{ password: 'x' }, { code: 'invalid_password', detail: malformed }],
    [{ password: ' Correct-Horse-9' }, { code: 'invalid_password', detail: malformed }],
    [{ password: 'x'.repeat(257) }, { detail: 'The password is too long.' }],
    [{ email: 'no address' }, { code: 'invalid_request' }],
    [{ email: 'demo@example.com' }, { code: 'email_exists' }],
    [{ email: 'DEMO@example.com' }, { code: 'email_exists' }]
  ] as const
  for (const [change, refusal] of refusals) {
    t.match(await failure(identity.signUp({ ...account, ...change })), refusal)
  }
})

test('codes that are wrong, old or expired have different errors', async t => {
  const cognito = await startCognito(t)
  const identity = service(t, cognito)
  await identity.signUp(account)
  const code = await cognito.code(email)
  const wrong = code === '000000' ? '000001' : '000000'
  t.match(await failure(identity.confirmSignUp({ email, code: wrong })), { code: 'code_mismatch' })
  t.match(await failure(identity.confirmSignUp({ email, code: '12 34' })), {
    code: 'code_mismatch',
    reason: 'malformed_code'
  })
  await cognito.advance(25 * 3600)
  t.match(await failure(identity.confirmSignUp({ email, code })), { code: 'code_expired' })
})

test('a second confirmation has an error of its own', async t => {
  const cognito = await startCognito(t)
  await cognito.patchPool({ preventUserExistenceErrors: false })
  const identity = service(t, cognito)
  const already = { code: 'invalid_request', reason: 'already_confirmed' }
  const confirmed = 'demo@example.com'
  t.match(await failure(identity.confirmSignUp({ email: confirmed, code: '123456' })), already)
  t.match(await failure(identity.resendConfirmationCode(confirmed)), already)
})

test('an unknown address is reported as the pool reports it', async t => {
  const cognito = await startCognito(t)
  const identity = service(t, cognito)
  const unknown = 'nobody@example.com'
  const hidden = await identity.resendConfirmationCode(unknown)
  t.same(hidden, { medium: 'EMAIL', destination: 'n***@e***' }, 'hidden by the pool')
  await cognito.patchPool({ preventUserExistenceErrors: false })
  const missing = { code: 'email_not_found', reason: 'user_not_found' }
  t.match(await failure(identity.resendConfirmationCode(unknown)), missing)
  t.match(await failure(identity.confirmSignUp({ email: unknown, code: '123456' })), missing)
})

test('too many codes are refused by the cap of the user', async t => {
  const cognito = await startCognito(t)
  const identity = service(t, cognito)
  await identity.signUp(account)
  for (let round = 0; round < 5; round += 1) await identity.resendConfirmationCode(email)
  const error = await failure(identity.resendConfirmationCode(email))
  t.match(error, { code: 'attempt_limit_exceeded', reason: 'attempt_limit' })
})
