/** One-time passwords: the vectors of RFC 6238, and signing in with them. */

import { type Test, test } from 'tap'
import { isTotpSecret, makeTotpSecret, totpCode } from '../../emulator/users/totp.ts'
import { startCognito } from '../support/cognito.ts'
import { notAuthorized, password, refusalOf, respond, sdkFor, signIn } from './sdk.ts'

/** RFC 6238 appendix B: the ASCII digits 1-9, 0, twice over. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const email = 'ann@example.com'
const start = Date.UTC(2026, 5, 8, 7, 0, 10)
const step = Math.floor(start / 30_000)

const vectors = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130']
] as const

for (const [seconds, eightDigits] of vectors) {
  test(`the code at ${seconds} s is the one of RFC 6238`, async t => {
    t.equal(totpCode(secret, Math.floor(seconds / 30)), eightDigits.slice(2))
  })
}

test('a new secret has 52 characters of base32', async t => {
  const made = makeTotpSecret()
  t.equal(made.length, 52)
  t.ok(isTotpSecret(made))
  t.not(made, makeTotpSecret())
})

async function setUp(t: Test) {
  const cognito = await startCognito(t, { now: () => start })
  const sdk = sdkFor(t, cognito)
  await cognito.createUser({ email, password, totpSecret: secret })
  return {
    cognito,
    begin: () => signIn(sdk, cognito, email),
    answer: (session: string | undefined, SOFTWARE_TOKEN_MFA_CODE: string) =>
      respond(sdk, cognito, 'SOFTWARE_TOKEN_MFA', session, { SOFTWARE_TOKEN_MFA_CODE }, email)
  }
}

test('a user with TOTP is asked for a code after the password', async t => {
  const { begin, answer } = await setUp(t)
  const asked = await begin()
  t.match(asked, {
    ChallengeName: 'SOFTWARE_TOKEN_MFA',
    ChallengeParameters: { USER_ID_FOR_SRP: /^[0-9a-f-]{36}$/ },
    Session: /^AYABe[\w-]{915,1590}$/
  })
  t.equal(asked.AuthenticationResult, undefined)
  const { AuthenticationResult } = await answer(asked.Session, totpCode(secret, step))
  t.match(AuthenticationResult, { AccessToken: String, RefreshToken: String })
})

test('a code may be one step early or late, not two', async t => {
  const { begin, answer } = await setUp(t)
  for (const off of [-2, 2]) {
    const { Session } = await begin()
    t.same(await refusalOf(answer(Session, totpCode(secret, step + off))), {
      name: 'CodeMismatchException',
      message: 'Invalid code received for user'
    })
  }
  for (const off of [-1, 0, 1]) {
    const { Session } = await begin()
    t.ok((await answer(Session, totpCode(secret, step + off))).AuthenticationResult)
  }
})

test('a step is accepted once, also in another sign-in', async t => {
  const { begin, answer } = await setUp(t)
  const [one, two] = [await begin(), await begin()]
  await answer(one.Session, totpCode(secret, step))
  t.same(await refusalOf(answer(two.Session, totpCode(secret, step))), {
    name: 'ExpiredCodeException',
    message: 'Your software token has already been used once.'
  })
  t.ok((await answer(two.Session, totpCode(secret, step + 1))).AuthenticationResult)
})

test('five wrong codes lock, and the lock passes', async t => {
  const { cognito, begin, answer } = await setUp(t)
  const { Session } = await begin()
  for (let time = 0; time < 5; time += 1) {
    t.match(await refusalOf(answer(Session, 'wrong')), { name: 'CodeMismatchException' })
  }
  const right = totpCode(secret, step)
  t.same(await refusalOf(answer(Session, right)), notAuthorized('Password attempts exceeded'))
  await cognito.advance(1)
  t.ok((await answer(Session, right)).AuthenticationResult)
})

test('a pool with MFA off asks for no second factor', async t => {
  const { cognito, begin } = await setUp(t)
  await cognito.patchPool({ mfa: 'off' })
  t.ok((await begin()).AuthenticationResult)
})
