/** Attributes changed, verified and deleted at the local Cognito. */

import { test } from 'tap'
import { password, refreshed, signedInUser } from './pool.ts'
import { failure } from './stub.ts'

const newEmail = 'other@example.com'

test('attributes are changed and cleared', async t => {
  const { identity, tokens } = await signedInUser(t)
  const { accessToken } = tokens
  const attributes = { given_name: '名前 🙂', gender: 'female', picture: 'https://x.example/1' }
  t.same(await identity.updateAttributes(accessToken, attributes), [])
  t.match(await identity.getUser(accessToken), attributes)
  await identity.deleteAttributes(accessToken, ['gender', 'picture'])
  const left = await identity.getUser(accessToken)
  t.match(left, { given_name: '名前 🙂' })
  t.notOk('gender' in left || 'picture' in left)
})

test('a new address gets a code, and counts when the code comes back', async t => {
  const { identity, cognito, tokens } = await signedInUser(t)
  const { accessToken } = tokens
  const delivery = { medium: 'EMAIL', destination: 'o***@e***' }
  t.same(await identity.updateAttributes(accessToken, { email: newEmail }), [
    { attribute: 'email', delivery }
  ])
  t.match(await identity.getUser(accessToken), { email: newEmail, email_verified: 'false' })
  const first = await cognito.code(newEmail)
  t.same(await identity.getAttributeVerificationCode(accessToken, 'email'), delivery)
  const code = await cognito.code(newEmail)
  t.not(code, first)
  const wrong = code === '000000' ? '000001' : '000000'
  const mismatch = await failure(identity.verifyAttribute(accessToken, 'email', wrong))
  t.match(mismatch, { code: 'code_mismatch' })
  await identity.verifyAttribute(accessToken, 'email', code)
  t.match(await identity.getUser(accessToken), { email: newEmail, email_verified: 'true' })
  const { user } = await refreshed(identity, tokens.refreshToken)
  t.match(user, { email: newEmail, emailVerified: true }, 'a refresh brings the new claims')
})

test('an email of another user is refused', async t => {
  const { identity, tokens } = await signedInUser(t)
  const taken = identity.updateAttributes(tokens.accessToken, { email: 'demo@example.com' })
  t.match(await failure(taken), { code: 'alias_exists' })
})

test('a number in the wrong form is refused by the name of its field', async t => {
  const { identity, tokens } = await signedInUser(t)
  const update = identity.updateAttributes(tokens.accessToken, { phone_number: '0301234' })
  const error = await failure(update)
  t.match(error, { code: 'invalid_request', errors: [{ field: 'phoneNumber' }] })
})

test('where there is nothing to verify no code is sent', async t => {
  const { identity, tokens } = await signedInUser(t)
  const send = identity.getAttributeVerificationCode(tokens.accessToken, 'phone_number')
  t.match(await failure(send), { code: 'invalid_request', reason: 'nothing_to_verify' })
})

test('a deleted account is gone, and so are its sessions', async t => {
  const { identity, email, tokens } = await signedInUser(t)
  await identity.deleteUser(tokens.accessToken)
  t.match(await failure(identity.getUser(tokens.accessToken)), { code: 'session_expired' })
  t.match(await failure(identity.refresh(tokens.refreshToken)), { code: 'session_expired' })
  t.match(await failure(identity.signIn({ email, password })), { code: 'invalid_credentials' })
})
