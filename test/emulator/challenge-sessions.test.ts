/** The Session strings between the steps of a sign-in. */

import { type Test, test } from 'tap'
import { totpCode } from '../../emulator/users/totp.ts'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, password, refusalOf, respond, sdkFor, signIn } from './sdk.ts'

const totpSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const email = 'ann@example.com'
const start = Date.UTC(2026, 5, 8, 7)
const code = totpCode(totpSecret, start / 30_000)

async function setUp(t: Test) {
  const cognito = await startCognito(t, { now: () => start })
  const sdk = sdkFor(t, cognito)
  await cognito.createUser({ email, password, totpSecret })
  const { Session } = await signIn(sdk, cognito, email)
  const answer = (session: string | undefined, username = email) => {
    const responses = { SOFTWARE_TOKEN_MFA_CODE: code }
    return respond(sdk, cognito, 'SOFTWARE_TOKEN_MFA', session, responses, username)
  }
  return { cognito, sdk, Session, answer }
}

test('a session is good once', async t => {
  const { Session, answer } = await setUp(t)
  await answer(Session)
  t.same(
    await refusalOf(answer(Session)),
    notAuthorized('Invalid session for the user, session can only be used once.')
  )
})

test('a session stays good after six wrong codes', async t => {
  const { cognito, sdk, Session, answer } = await setUp(t)
  await cognito.patchPool({ lockout: false })
  for (let time = 0; time < 6; time += 1) {
    const wrong = { SOFTWARE_TOKEN_MFA_CODE: '000000' }
    const refused = respond(sdk, cognito, 'SOFTWARE_TOKEN_MFA', Session, wrong, email)
    t.match(await refusalOf(refused), { name: 'CodeMismatchException' })
  }
  t.ok((await answer(Session)).AuthenticationResult)
})

test('a session lives three minutes, or as long as the pool says', async t => {
  const { cognito, sdk, Session, answer } = await setUp(t)
  const expired = notAuthorized('Invalid session for the user, session is expired.')
  await cognito.advance(180)
  t.same(await refusalOf(answer(Session)), expired)
  await cognito.patchPool({ authSessionSeconds: 1 })
  const { Session: short } = await signIn(sdk, cognito, email)
  await cognito.advance(1)
  t.same(await refusalOf(answer(short)), expired)
})

test('an expired session is forgotten after an hour', async t => {
  const { cognito, sdk, Session, answer } = await setUp(t)
  await cognito.advance(2 * 3600)
  await signIn(sdk, cognito, email)
  t.same(await refusalOf(answer(Session)), notAuthorized('Invalid session for the user.'))
})

test('a session is for one user and one step', async t => {
  const { cognito, sdk, Session, answer } = await setUp(t)
  const invalid = notAuthorized('Invalid session for the user.')
  t.same(await refusalOf(answer(Session, demo)), invalid)
  t.same(await refusalOf(answer('AYABe-never-given-to-anyone')), invalid)
  const other = respond(sdk, cognito, 'SELECT_MFA_TYPE', Session, { ANSWER: 'SMS_MFA' }, email)
  t.same(await refusalOf(other), invalid)
  t.ok((await answer(Session)).AuthenticationResult, 'none of these used it up')
})

test('a missing session, answer or username is named', async t => {
  const { cognito, sdk, Session, answer } = await setUp(t)
  const missing = (name: string) => ({
    name: 'InvalidParameterException',
    message: `Missing required parameter ${name}`
  })
  t.same(await refusalOf(answer(undefined)), missing('Session'))
  t.same(await refusalOf(answer(Session, '')), missing('USERNAME'))
  const empty = respond(sdk, cognito, 'SOFTWARE_TOKEN_MFA', Session, {}, email)
  t.same(await refusalOf(empty), missing('SOFTWARE_TOKEN_MFA_CODE'))
})

test('a challenge that the local Cognito never asks is refused', async t => {
  const { cognito, sdk, Session } = await setUp(t)
  const refused = respond(sdk, cognito, 'CUSTOM_CHALLENGE', Session, { ANSWER: 'x' }, email)
  t.match(await refusalOf(refused), { name: 'InvalidParameterException' })
})
