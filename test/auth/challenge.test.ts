import { test } from 'tap'
import { createChallenges } from '../../src/auth/challenge.ts'
import type { CognitoChallenge } from '../../src/auth/identity-provider.ts'
import { AppError, type ErrorCode } from '../../src/errors.ts'

const issued = (name: string, more: Partial<CognitoChallenge> = {}): CognitoChallenge => ({
  kind: 'challenge',
  name,
  session: 'a secret of Cognito',
  username: 'u',
  ...more
})

/** Challenges over an identity that refuses every answer with the given code. */
function refusing(code: ErrorCode = 'code_mismatch', now = { ms: 0 }) {
  const identity = {
    respondToChallenge: async () => {
      throw new AppError(code)
    },
    beginTotpAtLogin: async (challenge: CognitoChallenge) => ({ secret: 'ABC', challenge })
  }
  const logins = { mayContinue: async () => true }
  return createChallenges({ identity, logins, clock: () => now.ms, challengeSeconds: 180 })
}

const keeping = async () => {}

test('an unsupported challenge is refused with its name', async t => {
  for (const name of ['CUSTOM_CHALLENGE', 'DEVICE_SRP_AUTH', 'WEB_AUTHN']) {
    await t.rejects(refusing().issue(issued(name), { email: 'a@b.c', since: 1 }), {
      code: 'challenge_unsupported'
    })
  }
  const smsOnly = issued('MFA_SETUP', { choices: ['SMS_MFA'] })
  await t.rejects(refusing().issue(smsOnly, { email: 'a@b.c', since: 1 }), {
    code: 'challenge_unsupported'
  })
})

test('the view never shows the secret of Cognito', async t => {
  const { view } = await refusing().issue(issued('SMS_MFA'), { email: 'a@b.c', since: 1 })
  t.same(view, { name: 'SMS_MFA', expiresAt: 180_000 })
})

test('five misses spend a challenge, and its time does', async t => {
  const now = { ms: 0 }
  const challenges = refusing('code_mismatch', now)
  const { pending } = await challenges.issue(issued('SMS_MFA'), { email: 'a@b.c', since: 1 })
  const given = { name: 'SMS_MFA', code: '1' }
  let left: typeof pending | undefined = pending
  const seen: unknown[] = []
  while (left) {
    const step = await challenges.answer(left, given, async kept => {
      left = kept
    })
    if (step.kind !== 'rejected') throw new Error('not rejected')
    seen.push(step.error.code)
  }
  t.same(seen, [...Array(4).fill('code_mismatch'), 'challenge_expired'])
  now.ms = 180_000
  await t.rejects(challenges.answer(pending, given, keeping), { code: 'challenge_expired' })
  await t.rejects(challenges.answer(undefined, given, keeping), { code: 'challenge_expired' })
})

test('only the step that is due can be answered, by its own field, and a wrong form costs no try', async t => {
  const challenges = refusing()
  const pose = async (name: string, more?: Partial<CognitoChallenge>) =>
    (await challenges.issue(issued(name, more), { email: 'a@b.c', since: 1 })).pending
  const cases: [pending: Awaited<ReturnType<typeof pose>>, given: object, field: string][] = [
    [await pose('SMS_MFA'), { name: 'SOFTWARE_TOKEN_MFA', code: '1' }, 'name'],
    [await pose('SMS_MFA'), { name: 'SMS_MFA', choice: 'A' }, 'code'],
    [
      await pose('NEW_PASSWORD_REQUIRED'),
      { name: 'NEW_PASSWORD_REQUIRED', code: '1' },
      'newPassword'
    ],
    [
      await pose('SELECT_MFA_TYPE', { choices: ['SMS_MFA'] }),
      { name: 'SELECT_MFA_TYPE', choice: 'EMAIL_OTP' },
      'choice'
    ],
    [
      await pose('NEW_PASSWORD_REQUIRED', { requiredAttributes: ['given_name'] }),
      { name: 'NEW_PASSWORD_REQUIRED', newPassword: 'x' },
      'attributes.givenName'
    ]
  ]
  for (const [pending, given, field] of cases) {
    const answer = challenges.answer(pending, { name: '', ...given }, keeping)
    await t.rejects(answer, { code: 'invalid_request', errors: [{ field }] }, field)
  }
})

test('A-11 an attempt is counted before it is made, and refunded where Cognito has not checked it', async t => {
  const challenges = refusing('cognito_unavailable')
  const { pending } = await challenges.issue(issued('SMS_MFA'), { email: 'a@b.c', since: 1 })
  const kept: unknown[] = []
  const answered = challenges.answer(pending, { name: 'SMS_MFA', code: '1' }, async left => {
    kept.push(left?.triesLeft)
  })
  await t.rejects(answered, { code: 'cognito_unavailable' })
  t.same(kept, [4, 5])
  const refused = new AppError('rate_limited')
  const late = challenges.answer(pending, { name: 'SMS_MFA', code: '1' }, async () => {
    throw refused
  })
  await t.rejects(late, refused, 'whoever cannot spend one does not get to Cognito')
})
