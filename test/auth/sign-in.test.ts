import { test } from 'tap'
import { createSignIn } from '../../src/auth/sign-in.ts'

test('a challenge after the password proof is refused plainly', async t => {
  const challenge = { name: 'SMS_MFA', session: 's', username: 'u', parameters: {} }
  const identity = { signIn: async () => ({ kind: 'challenge' as const, ...challenge }) }
  const reported: unknown[] = []
  const report = (...event: unknown[]) => void reported.push(event)
  const signIn = createSignIn({ identity, report })
  const attempt = signIn.withPassword({ email: 'a@b.c', password: 'x' })
  await t.rejects(attempt, { code: 'challenge_unsupported', status: 400, reason: 'SMS_MFA' })
  t.same(reported, [['login.failed', { reason: 'challenge_unsupported' }]])
})
