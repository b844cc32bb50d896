import { test } from 'tap'
import { createLoginProtection } from '../../src/auth/enumeration-protection.ts'
import { AppError } from '../../src/errors.ts'

const email = 'ann@example.com'
const own = { email, simulated: false }
const taken = { email, simulated: true }
const unconfirmed = new AppError('user_not_confirmed')
const wrong = new AppError('invalid_credentials')

/** With accounts that are locked from their second failure on, and what was sent to whom. */
function hiding() {
  const sent: string[] = []
  const failures: string[] = []
  const hide = createLoginProtection({
    sendAnotherCode: async to => {
      sent.push(to)
      return undefined
    },
    behaviour: { outcomeToReport: async () => 'EMAIL' },
    lockout: { failed: async account => failures.push(account) > 1 },
    triggers: { mayReveal: async () => true, loginPassed: () => undefined, isRefusing: () => false }
  })
  const refuse = async (error: AppError, startedSignUp?: typeof own) =>
    (
      await hide(error, {
        email,
        startedSignUp,
        startedAt: performance.now(),
        maySend: async () => true
      })
    ).code
  return { hide, refuse, sent, failures }
}

test('an account that is not confirmed looks to other browsers like any other, its lock included', async t => {
  const { refuse, sent } = hiding()
  t.equal(await refuse(unconfirmed), 'invalid_credentials')
  t.same(sent, [email], 'its owner gets a code all the same')
  t.equal(await refuse(unconfirmed), 'attempt_limit_exceeded')
  t.same(sent, [email], 'but none during a lock')
})

test('the browser that began the sign-up sees it, with a lock like that of a real account', async t => {
  const { refuse, sent } = hiding()
  t.equal(await refuse(unconfirmed, own), 'user_not_confirmed')
  t.equal(await refuse(unconfirmed, own), 'attempt_limit_exceeded')
  t.same(sent, [email])
})

test('a sign-up for a taken address goes on looking real', async t => {
  const { refuse, failures } = hiding()
  t.equal(await refuse(wrong, taken), 'user_not_confirmed')
  t.equal(await refuse(wrong), 'invalid_credentials')
  t.equal(await refuse(new AppError('attempt_limit_exceeded'), taken), 'attempt_limit_exceeded')
  t.same(failures, [], 'Cognito locks these itself')
})

test('A-02 an unknown email is refused when a wrong password would have been', async t => {
  const { hide } = hiding()
  const attempt = { email, startedSignUp: undefined, maySend: async () => true }
  // The work on a wrong password took 200 ms; that on an unknown email has taken none.
  await hide(wrong, { ...attempt, startedAt: performance.now() - 200 })
  const startedAt = performance.now()
  await hide(new AppError('invalid_credentials', { reason: 'user_not_found' }), {
    ...attempt,
    startedAt
  })
  // Timers never fire early by more than their rounding.
  t.ok(performance.now() - startedAt >= 195)
})

test('A-02 whatever was wrong, the response is sent at a time slot', async t => {
  for (const [error, startedSignUp] of [
    [wrong],
    [unconfirmed],
    [unconfirmed, own],
    [wrong, taken],
    [new AppError('attempt_limit_exceeded')],
    [new AppError('invalid_credentials', { reason: 'user_not_found' })]
  ] as const) {
    const begun = performance.now()
    await hiding().refuse(error, startedSignUp)
    t.ok(
      performance.now() - begun >= 22,
      `${error.code} ${error.reason} ${startedSignUp?.simulated}`
    )
  }
})

test('what says nothing about an account is passed on at once', async t => {
  t.equal(await hiding().refuse(new AppError('cognito_unavailable')), 'cognito_unavailable')
})
