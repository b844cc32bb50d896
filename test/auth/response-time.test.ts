import { test } from 'tap'
import { createResponseTimeEqualiser } from '../../src/auth/response-time.ts'

test('A-02 a simulated response takes as long as a recent real one took', async t => {
  const clock = { ms: 0 }
  const responseTime = createResponseTimeEqualiser(() => clock.ms)
  await responseTime.measure(async () => {
    clock.ms += 40
  })
  const startedAt = clock.ms
  const begun = performance.now()
  await responseTime.simulate(startedAt)
  // Timers never fire early by more than their rounding: a lower bound holds on any machine.
  t.ok(performance.now() - begun >= 38)
})

test('A-02 work that took long enough by itself is not held up, nor is the first', async t => {
  const clock = { ms: 0 }
  const responseTime = createResponseTimeEqualiser(() => clock.ms)
  await responseTime.simulate(0)
  await responseTime.finish(-60_000)
  clock.ms = 60_000
  await responseTime.simulate(0)
  t.pass('neither waited for a minute')
})

test('A-02 real and simulated responses are sent at the same time slot', async t => {
  const clock = { ms: 0 }
  const responseTime = createResponseTimeEqualiser(() => clock.ms)
  const begun = performance.now()
  // 1 ms of work, by this clock: the rest of the 25 ms is waiting.
  await responseTime.finish(-1)
  t.ok(performance.now() - begun >= 22, 'a real one waits')
  const again = performance.now()
  await responseTime.simulate(-24)
  await responseTime.simulate(0)
  t.ok(performance.now() - again >= 24, 'so does a simulated one')
})
