import { hash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Test, test } from 'tap'
import type { SessionBackend } from '../../src/session/backend.ts'
import { embeddedBackend } from '../../src/session/embedded.ts'
import type { SessionStoreEvent } from '../../src/session/events.ts'
import { openedRecords } from '../../src/session/opened-records.ts'
import {
  asSignedIn,
  newId,
  newTokens,
  signedIn,
  storeIn,
  testClock
} from '../contract/session-fixtures.ts'

const bytes = Buffer.from('sealed')

test('a record is remembered from the second time on, as exactly these bytes', t => {
  const lately = openedRecords<string>()
  t.teardown(() => lately.close())
  t.equal(lately.wants('a'), false)
  t.equal(lately.wants('a'), true)
  lately.add('a', bytes, 'opened')
  t.equal(lately.find('a', Buffer.from('sealed')), 'opened')
  t.equal(lately.find('a', Buffer.from('sealee')), undefined)
  t.equal(lately.find('a', Buffer.from('seale')), undefined)
  t.equal(lately.find('b', bytes), undefined)
  lately.close()
  t.equal(lately.find('a', bytes), undefined)
  t.end()
})

test('it holds two generations at most, and keeps what is in use', t => {
  const lately = openedRecords<string>({ size: 4 })
  t.teardown(() => lately.close())
  for (const name of ['used', 'unused']) lately.add(name, bytes, name)
  for (let i = 0; i < 20; i++) {
    lately.wants(`other ${i}`)
    t.equal(lately.find('used', bytes), 'used')
  }
  t.equal(lately.find('unused', bytes), undefined)
  t.equal(lately.wants('other 0'), false, 'the names are forgotten, too')
  t.end()
})

test('what nobody asks for is forgotten by itself', async t => {
  const lately = openedRecords<string>({ turn: 1 })
  t.teardown(() => lately.close())
  lately.add('a', bytes, 'opened')
  const looked = () => lately.wants('a')
  await wait(20)
  t.equal(looked(), false)
})

/** A store over a backend whose answers can be changed on the way, with a session that it knows well. */
async function familiar(t: Test) {
  const clock = testClock()
  const inner = embeddedBackend({ clock })
  const way: { change: (record: Buffer) => Buffer } = { change: record => record }
  const backend: SessionBackend = {
    ...inner,
    records: {
      ...inner.records,
      async read(name) {
        const record = await inner.records.read(name)
        return record && way.change(Buffer.from(record))
      }
    }
  }
  const events: SessionStoreEvent[] = []
  const home = { backends: [inner, inner] as const, clock, pass: async () => undefined }
  const store = storeIn(home, { backend, events })
  t.teardown(() => store.close())
  const id = newId()
  const tokens = newTokens(clock)
  await store.create(id, signedIn(clock), tokens)
  for (let i = 0; i < 3; i++) t.same((await store.read(id))?.tokens(), tokens)
  return { store, other: storeIn(home), id, tokens, way, events, clock }
}

test('a session that has just been read still does not open with a single bit changed', async t => {
  const { store, id, way, events } = await familiar(t)
  const name = hash('sha256', id, 'base64url')
  way.change = record => {
    record.writeUInt8(record.readUInt8(60) ^ 1, 60)
    return record
  }
  t.equal(await store.read(id), null)
  t.match(events, [{ type: 'session_unreadable', part: 'session', reason: 'tampered', name }])
  way.change = record => record
  t.ok(await store.read(id))
})

test('what another instance writes or ends is seen at once', async t => {
  const { store, other, id, clock } = await familiar(t)
  const theirs = asSignedIn(await other.read(id))
  const user = { ...theirs.data.user, email: 'new@example.com' }
  t.equal(await other.update(theirs, { ...theirs.data, user }), 'written')
  t.equal(asSignedIn(await store.read(id)).data.user.email, 'new@example.com')
  const lease = await other.acquireLease(theirs, 5000)
  if (lease === null) throw new Error('The lease was free')
  const tokens = newTokens(clock)
  t.equal(await other.replaceTokens(theirs, tokens, user, lease), 'written')
  t.same((await store.read(id))?.tokens(), tokens)
  await other.destroy(theirs)
  t.equal(await store.read(id), null)
})

test('two requests of one session write on their own', async t => {
  const { store, id } = await familiar(t)
  const [one, two] = [asSignedIn(await store.read(id)), asSignedIn(await store.read(id))]
  const user = { ...one.data.user, email: 'new@example.com' }
  t.equal(await store.update(one, { ...one.data, user }), 'written')
  t.equal(one.data.user.email, 'new@example.com')
  t.not(two.data.user.email, 'new@example.com')
  t.equal(await store.update(two, two.data), 'stale')
  t.equal(asSignedIn(await store.read(id)).data.user.email, 'new@example.com')
})

test('the idle time of a session that has just been read runs out all the same', async t => {
  const { store, id, clock } = await familiar(t)
  clock.advance(1800 * 1000)
  t.equal(await store.read(id), null)
})
