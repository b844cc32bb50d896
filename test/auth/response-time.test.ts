import { test } from 'tap'
import { createPace } from '../../src/auth/response-time.ts'

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
  await pace.ended(-60_000)
  clock.ms = 60_000
  await pace.simulated(0)
  t.pass('neither waited for a minute')
})

test('A-02 real and simulated answers leave on the same beat', async t => {
  const clock = { ms: 0 }
  const pace = createPace(() => clock.ms)
  const begun = performance.now()
  // 1 ms of work, by this clock: the rest of the 25 ms is waiting.
  await pace.ended(-1)
  t.ok(performance.now() - begun >= 22, 'a real one waits')
  const again = performance.now()
  await pace.simulated(-24)
  await pace.simulated(0)
  t.ok(performance.now() - again >= 24, 'so does a simulated one')
})
