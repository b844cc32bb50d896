import { test } from 'tap'
import { clocks } from './scenarios/clocks.ts'

test('a clock that is five minutes off, or jumps, neither logs out nor serves expired tokens', async t => {
  t.same((await clocks(t)).problems, [])
})
