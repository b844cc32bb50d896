import { test } from 'tap'
import { type LearnedOutcome, learn, type PoolOutcome } from '../../src/auth/pool-behaviour.ts'

const minute = 60_000

/** What is told of a sign-up at each minute: of a real one with its outcome, else of a simulated one. */
function told(events: readonly [minutes: number, seen?: PoolOutcome][]) {
  let known: LearnedOutcome | undefined
  return events.map(([at, seen]) => {
    known = learn(known, { action: 'sign_up', seen, now: (1000 + at) * minute })
    return known.told
  })
}

test('A-16 a pool’s behaviour is shown at once, before responses can be compared', t => {
  t.same(told([[0, 'confirmed'], [1], [2, 'confirmed']]), ['confirmed', 'confirmed', 'confirmed'])
  t.same(told([[0], [11, 'SMS'], [12]]), ['EMAIL', 'SMS', 'SMS'])
  t.end()
})

test('A-16 a response for an account that may not exist stays the same for ten minutes', t => {
  t.same(told([[0], [1, 'SMS'], [2], [9, 'SMS'], [10], [12, 'SMS'], [12]]), [
    ...['EMAIL', 'EMAIL', 'EMAIL', 'EMAIL', 'EMAIL'],
    ...['SMS', 'SMS']
  ])
  t.end()
})

test('A-16 a client that asks all the time does not keep a pool from being learned', t => {
  const asked = Array.from({ length: 30 }, (_, at): [number, PoolOutcome?] =>
    at % 2 === 0 ? [at] : [at, 'none']
  )
  t.equal(told(asked).at(-1), 'none')
  t.end()
})
