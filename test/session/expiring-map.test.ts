import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'tap'
import { embeddedBackend } from '../../src/session/embedded.ts'
import { ExpiringMap } from '../../src/session/expiring-map.ts'
import { testClock } from '../contract/session-fixtures.ts'

test('a value is there until its time is over', async t => {
  const clock = testClock()
  const map = new ExpiringMap<string>(clock)
  map.set('a', 'value', 10)
  clock.advance(9)
  t.equal(map.get('a'), 'value')
  t.equal(map.left('a'), 1)
  clock.advance(1)
  t.equal(map.get('a'), undefined)
  t.equal(map.delete('a'), false)
})

test('a sweep throws out what is over, and nothing else', async t => {
  const clock = testClock()
  const map = new ExpiringMap<string>(clock)
  map.set('short', 'value', 10)
  map.set('long', 'value', 20)
  clock.advance(10)
  map.sweep()
  t.equal(map.size, 1)
  t.equal(map.get('long'), 'value')
})

test('the embedded store sweeps by itself', async t => {
  let asked = 0
  const clock = () => {
    asked += 1
    return Date.now() + asked * 60_000
  }
  const backend = embeddedBackend({ clock, sweepInterval: 1 })
  await backend.index.add('user', { handle: 'a', entry: Buffer.alloc(48) }, 1, 0)
  const before = asked
  while (asked === before) await wait(1)
  await backend.close()
  t.same(await backend.index.all('user'), [])
})
