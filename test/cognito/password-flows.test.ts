/** Passwords forgotten, reset and changed at the local Cognito. */

import { test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { clientSecret, password, service, signedInUser } from './pool.ts'
import { failure } from './stub.ts'

const email = 'someone@example.com'
const newPassword = 'Another-Horse-9'
const delivery = { medium: 'EMAIL', destination: 's***@e***' }

for (const secret of [undefined, clientSecret]) {
  const client = secret === undefined ? 'public' : 'confidential'

  test(`a forgotten password is reset by its code, of a ${client} client`, async t => {
    const cognito = await startCognito(t)
    await cognito.patchPool({ clientSecret: secret ?? null })
    await cognito.createUser({ email, password })
    const identity = service(t, cognito, { clientSecret: secret })
    t.same(await identity.forgotPassword(email), delivery)
    const code = await cognito.code(email)
    const weak = identity.confirmForgotPassword({ email, code, newPassword: 'short' })
    t.match(await failure(weak), { code: 'invalid_password' })
    await identity.confirmForgotPassword({ email, code, newPassword })
    t.match(await identity.signIn({ email, password: newPassword }), { kind: 'signed_in' })
    t.match(await failure(identity.signIn({ email, password })), { code: 'invalid_credentials' })
  })
}

test('reset codes that are wrong, expired or never sent have different errors', async t => {
  const cognito = await startCognito(t)
  await cognito.createUser({ email, password })
  const identity = service(t, cognito)
  const reset = (code: string) => identity.confirmForgotPassword({ email, code, newPassword })
  t.match(await failure(reset('123456')), { code: 'code_expired' }, 'never sent')
  await identity.forgotPassword(email)
  const code = await cognito.code(email)
  const wrong = code === '000000' ? '000001' : '000000'
  t.match(await failure(reset(wrong)), { code: 'code_mismatch' })
  await cognito.advance(2 * 3600)
  t.match(await failure(reset(code)), { code: 'code_expired' })
})

test('a reset for an unknown address is reported as the pool reports it', async t => {
  const cognito = await startCognito(t)
  const identity = service(t, cognito)
  t.same(await identity.forgotPassword('strange@example.com'), delivery, 'hidden by the pool')
  await cognito.patchPool({ preventUserExistenceErrors: false })
  const error = await failure(identity.forgotPassword('strange@example.com'))
  t.match(error, { code: 'email_not_found' })
})

test('a password of an account without a verified address cannot be reset', async t => {
  const cognito = await startCognito(t)
  await cognito.patchPool({ preventUserExistenceErrors: false })
  await cognito.createUser({ email, password, attributes: { email_verified: 'false' } })
  const error = await failure(service(t, cognito).forgotPassword(email))
  t.match(error, { code: 'invalid_request', reason: 'reset_not_possible' })
})

test('a password is changed by who knows it, and the tokens live on', async t => {
  const { identity, tokens } = await signedInUser(t)
  const change = (currentPassword: string, next: string) =>
    identity.changePassword(tokens.accessToken, { currentPassword, newPassword: next })
  t.match(await failure(change('Wrong-Horse-9', newPassword)), {
    code: 'invalid_credentials',
    reason: 'wrong_password'
  })
  t.match(await failure(change(password, 'short')), { code: 'invalid_password' })
  t.match(await failure(change(password, ' Another-Horse-9')), { code: 'invalid_password' })
  t.match(await failure(change('', newPassword)), { code: 'invalid_credentials' })
  await change(password, newPassword)
  t.match(await identity.signIn({ email, password: newPassword }), { kind: 'signed_in' })
  t.match(await identity.refresh(tokens.refreshToken), { kind: 'signed_in' })
})

test('a password of the history is refused', async t => {
  const { identity, cognito, tokens } = await signedInUser(t)
  await cognito.patchPool({ passwordHistorySize: 3 })
  const passwords = { currentPassword: password, newPassword: password }
  const error = await failure(identity.changePassword(tokens.accessToken, passwords))
  t.match(error, { code: 'invalid_password', reason: 'password_history' })
})

test('changing a password too often is refused by the cap of the user', async t => {
  const { identity, cognito, tokens } = await signedInUser(t)
  await cognito.patchPool({ lockout: false })
  const passwords = { currentPassword: 'Wrong-Horse-9', newPassword }
  const codes: string[] = []
  for (let round = 0; round < 6; round += 1) {
    codes.push((await failure(identity.changePassword(tokens.accessToken, passwords))).code)
  }
  t.equal(codes.at(-1), 'attempt_limit_exceeded', codes.join())
})
