import { test } from 'tap'
import { live } from './scenarios/live.ts'

test('S-25 S-26 S-27 no socket and no stream outlives its session, and none of a living one is cut', async t => {
  const { figures, problems } = await live(t, { instances: 2, sessions: 12, seed: 7 })
  t.same(problems, [])
  t.ok(Number(figures['sessions ended']) > 2)
})
