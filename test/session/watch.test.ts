/** The end of a session that something long is under way for. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Test, test } from 'tap'
import type { SessionStoreEvent } from '../../src/session/backend.ts'
import { embeddedBackend } from '../../src/session/embedded.ts'
import { createWatch, type WatchOptions } from '../../src/session/watch.ts'
import { moment } from '../support/moment.ts'

const one = { name: 'a', idleExpiresAt: 1000, expiresAt: 10_000 }

/** The store knows one session, last seen at 0, until the test takes it away. */
function watching(t: Test, options: Partial<WatchOptions> = {}) {
  const events: SessionStoreEvent[] = []
  const asked: string[] = []
  const world = { lastSeen: 0 as number | null, now: 0, away: false }
  const { records, news, close } = embeddedBackend()
  t.teardown(close)
  const backend = {
    news,
    records: {
      ...records,
      lastSeen: async (names: readonly string[]) => {
        asked.push(...names)
        if (world.away) throw new Error('away')
        return names.map(() => world.lastSeen)
      }
    }
  }
  const watch = createWatch({
    backend,
    idle: 1000,
    clock: () => world.now,
    report: event => events.push(event),
    checkEvery: 5,
    ...options
  })
  t.teardown(() => watch.close())
  // The timers of a watch keep no process alive.
  const alive = setInterval(() => undefined, 1000)
  t.teardown(() => clearInterval(alive))
  return { watch, world, events, asked }
}

test('S-25 an end of which no message comes is noticed by looking', async t => {
  for (const end of ['removed', 'idle', 'absolute'] as const) {
    const { watch, world } = watching(t)
    const ended = moment()
    let reason = ''
    const session = end === 'absolute' ? { ...one, expiresAt: 500 } : one
    watch.add(session, {
      onEnd(why) {
        reason = why
        ended.happen()
      }
    })
    await sleep(20)
    if (end === 'removed') world.lastSeen = null
    else world.now = end === 'idle' ? 1000 : 500
    await ended.happened
    t.equal(reason, { removed: 'unknown', idle: 'idle', absolute: 'expired' }[end])
  }
})

test('S-25 an end before the first look is noticed by it', async t => {
  const { watch, world } = watching(t, { checkEvery: 60_000 })
  world.lastSeen = null
  const ended = moment()
  watch.add(one, { onEnd: ended.happen })
  await ended.happened
  t.pass('ended')
})

test('S-25 sessions live on while the store is away, but not for ever', async t => {
  const { watch, world } = watching(t, { unconfirmedFor: 100 })
  const ended = moment()
  let isOver = false
  watch.add(one, {
    onEnd() {
      isOver = true
      ended.happen()
    }
  })
  await sleep(20)
  world.away = true
  await sleep(20)
  t.notOk(isOver, 'a short outage ends nothing')
  await ended.happened
  t.pass('a long one does')
})

test('sessions that are no longer watched cause no query', async t => {
  const { watch, asked } = watching(t)
  const stops = [1, 2].map(() => watch.add(one, { onEnd: () => t.fail('it has not ended') }))
  await sleep(20)
  for (const stop of stops) stop()
  await sleep(10)
  const before = asked.length
  await sleep(30)
  t.ok(before > 1)
  t.equal(asked.length, before)
})

test('a store that refuses to send news is reported once, and asked again', async t => {
  let refusals = 0
  const { records, close } = embeddedBackend()
  t.teardown(close)
  const news = {
    announceChange: () => undefined,
    subscribe: async () => {
      refusals += 1
      throw new Error('NOPERM')
    }
  }
  const { watch, events } = watching(t, { backend: { news, records } })
  const ended = moment()
  watch.add(one, { onEnd: ended.happen })
  await ended.happened
  watch.add({ ...one, name: 'b' }, { onEnd: () => undefined })
  await sleep(20)
  t.ok(refusals > 1)
  t.match(events, [{ type: 'session_ends_unsubscribed' }])
  t.equal(events.length, 1)
})

test('S-26 watchers learn of changes, of activity, and why a session ended', async t => {
  const { records, news, close } = embeddedBackend()
  t.teardown(close)
  const world = { lastSeen: 0 }
  const backend = { news, records: { ...records, lastSeen: async () => [world.lastSeen] } }
  const { watch } = watching(t, { backend })
  const seen: unknown[] = []
  const active = moment()
  watch.add(one, {
    onEnd: reason => seen.push(reason),
    onChange: () => seen.push('changed'),
    onActivity(idleExpiresAt) {
      seen.push(idleExpiresAt)
      active.happen()
    }
  })
  await sleep(20)
  news.announceChange('b')
  news.announceChange('a')
  world.lastSeen = 300
  await active.happened
  await records.insert('a', Buffer.alloc(0), 1000)
  await records.remove('a', { news: 'password_changed' })
  await sleep(20)
  t.match(seen.slice(0, 2), ['changed', 1300])
})
