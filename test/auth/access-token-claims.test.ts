import { test } from 'tap'
import { isExpired, isRefreshDue } from '../../src/auth/access-token-claims.ts'

const now = 1_800_000_000_000

/** A token that lives for `life` s and has `left` ms to go. */
function tokens(life: number, left: number) {
  const claims = Buffer.from(JSON.stringify({ iat: 1000, exp: 1000 + life })).toString('base64url')
  return { accessToken: `h.${claims}.s`, refreshToken: 'r', accessExpiresAt: now + left }
}

const cases: [life: number, left: number, state: 'good' | 'due' | 'dead'][] = [
  [3600, 61_000, 'good'],
  [3600, 60_000, 'due'],
  [3600, 5001, 'due'],
  [3600, 5000, 'dead'],
  [300, 60_000, 'due'],
  [60, 12_001, 'good'],
  [60, 12_000, 'due'],
  [60, 3000, 'dead'],
  [1, 201, 'good'],
  [1, 200, 'due'],
  [1, 50, 'dead'],
  [3600, -300_000, 'dead']
]

for (const [life, left, state] of cases) {
  test(`a token of ${life} s with ${left} ms left is ${state}`, async t => {
    t.equal(isRefreshDue(tokens(life, left), now), state !== 'good')
    t.equal(isExpired(tokens(life, left), now), state === 'dead')
  })
}

test('a token without claims that can be read counts as one of an hour', async t => {
  const opaque = { ...tokens(1, 0), accessToken: 'opaque' }
  t.ok(isRefreshDue({ ...opaque, accessExpiresAt: now + 60_000 }, now))
  t.notOk(isRefreshDue({ ...opaque, accessExpiresAt: now + 61_000 }, now))
  t.ok(isExpired({ ...opaque, accessExpiresAt: now + 5000 }, now))
})
