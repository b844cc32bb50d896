import { test } from 'tap'
import { WindowCounters } from '../../src/rate-limit/counters.ts'
import { testClock } from '../contract/session-fixtures.ts'

test('a window counts until it is over, and then begins again', async t => {
  const clock = testClock()
  const counters = new WindowCounters(clock)
  t.same(counters.increment('a', 100), { current: 1, ttl: 100 })
  clock.advance(60)
  t.same(counters.increment('a', 100), { current: 2, ttl: 40 })
  t.same(counters.increment('b', 100), { current: 1, ttl: 100 })
  clock.advance(40)
  t.same(counters.increment('a', 100), { current: 1, ttl: 100 })
})

test('reading counts nothing', async t => {
  const clock = testClock()
  const counters = new WindowCounters(clock)
  t.same(counters.read('a'), { current: 0, ttl: 0 })
  counters.increment('a', 100)
  clock.advance(1)
  t.same(counters.read('a'), { current: 1, ttl: 99 })
  clock.advance(99)
  t.same(counters.read('a'), { current: 0, ttl: 0 })
})

test('a flood of keys pushes out the oldest', async t => {
  const counters = new WindowCounters(testClock(), 2)
  for (const key of ['a', 'a', 'b', 'c']) counters.increment(key, 100)
  t.equal(counters.read('a').current, 0)
  t.equal(counters.read('b').current, 1)
  t.equal(counters.read('c').current, 1)
})
