/** Sessions that a store has just read, and remembers: it must notice all that happens to them elsewhere. */

import { hash } from 'node:crypto'
import { type Test, test } from 'tap'
import type { SessionBackend, SessionStoreEvent } from '../../src/session/backend.ts'
import { embeddedBackend } from '../../src/session/embedded.ts'
import { headLength } from '../../src/session/record.ts'
import {
  asSignedIn,
  newId,
  newTokens,
  signedIn,
  storeIn,
  testClock
} from '../contract/session-fixtures.ts'
import { liveSession } from '../support/found-session.ts'

/** A store over a backend whose answers can be changed on the way, with a session that it knows well. */
async function familiar(t: Test) {
  const clock = testClock()
  const inner = embeddedBackend({ clock })
  const way: { change: (record: Buffer) => Buffer } = { change: record => record }
  const read: SessionBackend['records']['read'] = async name => {
    const record = await inner.records.read(name)
    return record && way.change(Buffer.from(record))
  }
  const backend: SessionBackend = {
    ...inner,
    records: {
      ...inner.records,
      read,
      readHead: async name => (await read(name))?.subarray(0, headLength) ?? null
    }
  }
  const events: SessionStoreEvent[] = []
  const home = { backends: [inner, inner] as const, clock, pass: async () => undefined }
  const store = storeIn(home, { backend, events })
  t.teardown(() => store.close())
  const id = newId()
  const tokens = newTokens(clock)
  await store.create(id, signedIn(clock), tokens)
  for (let i = 0; i < 3; i++) t.same((await liveSession(store, id))?.tokens(), tokens)
  return { store, other: storeIn(home), id, tokens, way, events, clock }
}

function flip(at: number) {
  return (record: Buffer): Buffer => {
    record.writeUInt8(record.readUInt8(at) ^ 1, at)
    return record
  }
}

test('a session that has just been read still does not open with a single bit of its head changed', async t => {
  const { store, id, way, events } = await familiar(t)
  const name = hash('sha256', id, 'base64url')
  way.change = flip(headLength - 1)
  t.equal((await store.find(id)).kind, 'ended')
  t.match(events, [{ type: 'session_unreadable', part: 'session', reason: 'tampered', name }])
  way.change = record => record
  t.equal((await store.find(id)).kind, 'live')
})

test('a bit changed behind its head never opens, and ends the session in the next generation', async t => {
  const { store, id, way, events, clock, tokens } = await familiar(t)
  const name = hash('sha256', id, 'base64url')
  way.change = flip(60)
  const session = asSignedIn(await liveSession(store, id))
  t.same(session.tokens(), tokens, 'as it was sealed')
  for (let i = 0; i <= 1000; i++) {
    const other = newId()
    await store.create(other, signedIn(clock))
    await liveSession(store, other)
  }
  events.length = 0
  t.equal((await store.find(id)).kind, 'ended')
  t.match(events, [{ type: 'session_unreadable', part: 'session', reason: 'tampered', name }])
})

test('a session that was only touched elsewhere is not opened again', async t => {
  const { store, other, id, clock } = await familiar(t)
  clock.advance(600 * 1000)
  await other.touch(asSignedIn(await liveSession(other, id)))
  const session = asSignedIn(await liveSession(store, id))
  t.equal(session.lastSeenAt, clock())
  clock.advance(1799 * 1000)
  t.equal((await store.find(id)).kind, 'live')
})

test('what another instance writes or ends is seen at once', async t => {
  const { store, other, id, clock } = await familiar(t)
  const theirs = asSignedIn(await liveSession(other, id))
  const user = { ...theirs.data.user, email: 'new@example.com' }
  t.equal(await other.update(theirs, { ...theirs.data, user }), 'written')
  t.equal(asSignedIn(await liveSession(store, id)).data.user.email, 'new@example.com')
  const lease = await other.acquireLease(theirs, 5000)
  if (lease === null) throw new Error('The lease was free')
  const tokens = newTokens(clock)
  t.equal(await other.replaceTokens(theirs, tokens, user, lease), 'written')
  t.same((await liveSession(store, id))?.tokens(), tokens)
  await other.destroy(theirs)
  t.equal((await store.find(id)).kind, 'ended')
})

test('two requests of one session write on their own', async t => {
  const { store, id } = await familiar(t)
  const [one, two] = [
    asSignedIn(await liveSession(store, id)),
    asSignedIn(await liveSession(store, id))
  ]
  const user = { ...one.data.user, email: 'new@example.com' }
  t.equal(await store.update(one, { ...one.data, user }), 'written')
  t.equal(one.data.user.email, 'new@example.com')
  t.not(two.data.user.email, 'new@example.com')
  t.equal(await store.update(two, two.data), 'stale')
  t.equal(asSignedIn(await liveSession(store, id)).data.user.email, 'new@example.com')
})

test('the idle time of a session that has just been read runs out all the same', async t => {
  const { store, id, clock } = await familiar(t)
  clock.advance(1800 * 1000)
  t.equal((await store.find(id)).kind, 'ended')
})
