import { test } from 'tap'
import { AppError } from '../../src/errors.ts'
import { createUserLimit } from '../../src/rate-limit/user-limit.ts'

test('a user has so many calls in a window, and then none until it ends', t => {
  const now = { ms: 0 }
  const limit = createUserLimit({ max: 2, seconds: 60, clock: () => now.ms })
  t.same(limit.count('ann'), { max: 2, remaining: 1, seconds: 60 })
  t.doesNotThrow(() => limit.enforce(limit.count('ann')))
  now.ms = 15_500
  const refused = limit.count('ann')
  t.same(refused, { max: 2, remaining: -1, seconds: 45 })
  try {
    limit.enforce(refused)
    t.fail('it was one too many')
  } catch (error) {
    t.ok(error instanceof AppError)
    t.match(error, { code: 'rate_limited', retryAfterSeconds: 45 })
  }
  t.doesNotThrow(() => limit.enforce(limit.count('bob')), 'others have their own')
  now.ms = 60_000
  t.doesNotThrow(() => limit.enforce(limit.count('ann')))
  t.end()
})
