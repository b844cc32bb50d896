import { test } from 'tap'
import { createPace } from '../../src/auth/pace.ts'

test('A-02 a simulated answer takes as long as a recent real one took', async t => {
  const clock = { ms: 0 }
  const pace = createPace(() => clock.ms)
  await pace.real(async () => {
    clock.ms += 40
  })
  const startedAt = clock.ms
  const begun = performance.now()
  await pace.simulated(startedAt)
  // Timers never fire early by more than their rounding: a lower bound holds on any machine.
  t.ok(performance.now() - begun >= 38)
})

test('A-02 work that took long enough by itself is not held up, nor is the first', async t => {
  const clock = { ms: 0 }
  const pace = createPace(() => clock.ms)
  await pace.simulated(0)
  pace.took(-60_000)
  clock.ms = 60_000
  await pace.simulated(0)
  t.pass('neither waited for a minute')
})
