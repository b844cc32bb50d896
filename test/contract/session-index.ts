/** The sessions of a user: listed, and ended from elsewhere. */

import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import type { SessionBackend, SessionStoreEvent } from '../../src/session/backend.ts'
import { indexName } from '../../src/session/index-entry.ts'
import {
  device,
  idle,
  masterKey,
  newId,
  newUser,
  pending,
  signedIn,
  storeIn
} from './session-fixtures.ts'
import type { OpenHome } from './session-store.ts'

export async function sessionIndexContract(t: Test, openHome: OpenHome): Promise<void> {
  const home = await openHome(t)
  const { clock } = home
  const store = storeIn(home)
  const elsewhere = storeIn(home, { backend: home.backends[1] })

  /** `count` sessions of a new user, a second apart. */
  async function begin(count: number) {
    const user = newUser()
    const sessions = []
    for (let i = 0; i < count; i++) {
      clock.advance(1000)
      const data = signedIn(clock, user)
      const session = await store.create(newId(), data, undefined, device)
      sessions.push({ id: session.id, handle: data.handle, session })
    }
    return { sub: user.sub, user, sessions }
  }
  const handles = (list: readonly { readonly handle: string }[]) => list.map(one => one.handle)

  await t.test('a user has the sessions that live, newest first', async t => {
    await begin(1)
    await store.create(newId(), pending(clock))
    const { sub, sessions } = await begin(3)
    const list = await elsewhere.list(sub)
    t.same(handles(list), handles(sessions).reverse())
    const seenAt = clock()
    t.same(list[0], {
      handle: sessions[2]?.handle,
      createdAt: seenAt,
      lastSeenAt: seenAt,
      ...device
    })
    t.same(await store.list('unknown'), [])
  })

  await t.test('the list tells when a session was last seen', async t => {
    const { sub, sessions } = await begin(1)
    clock.advance(idle / 2)
    for (const { session } of sessions) await store.touch(session)
    t.equal((await store.list(sub))[0]?.lastSeenAt, clock())
  })

  await t.test('what is idle or destroyed is not listed', async t => {
    const { sub, sessions } = await begin(2)
    const [first, second] = sessions
    if (!first || !second) throw new Error('Two sessions were begun')
    await store.destroy(first.session)
    t.same(handles(await store.list(sub)), [second.handle])
    clock.advance(idle)
    t.same(await store.list(sub), [])
  })

  await t.test('a session is ended by its handle', async t => {
    const { sub, sessions } = await begin(2)
    const [first, second] = sessions
    if (!first || !second) throw new Error('Two sessions were begun')
    t.equal(await elsewhere.destroyByHandle(sub, first.handle), true)
    t.equal((await store.find(first.id)).kind, 'ended')
    t.equal((await store.find(second.id)).kind, 'live')
    t.equal(await elsewhere.destroyByHandle(sub, first.handle), false)
    t.equal(await store.update(first.session, first.session.data), 'gone')
  })

  await t.test('a handle ends no session of another user', async t => {
    const mine = await begin(1)
    const { sub } = await begin(1)
    for (const { handle, id } of mine.sessions) {
      t.equal(await store.destroyByHandle(sub, handle), false)
      t.equal((await store.find(id)).kind, 'live')
    }
  })

  await t.test('all sessions of a user end but one', async t => {
    const { sub, sessions } = await begin(4)
    const others = await begin(1)
    const [first, ...rest] = sessions
    if (!first) throw new Error('Four sessions were begun')
    t.equal(await elsewhere.destroyAll(sub, first.handle), 3)
    t.equal((await store.find(first.id)).kind, 'live')
    for (const { id } of rest) t.equal((await store.find(id)).kind, 'ended')
    t.equal(await elsewhere.destroyAll(sub), 1)
    t.equal((await store.find(first.id)).kind, 'ended')
    t.equal(await elsewhere.destroyAll(sub), 0)
    t.equal((await store.list(others.sub)).length, 1)
  })

  await t.test('entries without a record are pruned', async t => {
    const { sub, sessions } = await begin(2)
    const [backend] = home.backends
    const noDrop = { ...backend, index: { ...backend.index, drop: async () => {} } }
    for (const { session } of sessions) await storeIn(home, { backend: noDrop }).destroy(session)
    const dropped: string[] = []
    const drop: SessionBackend['index']['drop'] = async (user, entries) => {
      dropped.push(...handles(entries))
      return backend.index.drop(user, entries)
    }
    const watched = storeIn(home, { backend: { ...backend, index: { ...backend.index, drop } } })
    clock.advance(60_000)
    t.same(await watched.list(sub), [])
    t.same(dropped.sort(), handles(sessions).sort())
    dropped.length = 0
    await watched.list(sub)
    t.same(dropped, [])
  })

  await t.test('ending one session leaves a newer one with the same handle alone', async t => {
    const { sub, user, sessions } = await begin(1)
    const [old] = sessions
    if (!old) throw new Error('A session was begun')
    await store.create(newId(), { ...signedIn(clock, user), handle: old.handle })
    await store.destroy(old.session)
    t.same(handles(await store.list(sub)), [old.handle])
  })

  await t.test('an entry that was changed or moved is not shown, and is reported', async t => {
    const [mine, yours] = [await begin(1), await begin(1)]
    const [backend] = home.backends
    const stolen = await backend.index.all(indexName(yours.sub))
    const all = async () => stolen
    const events: SessionStoreEvent[] = []
    const misled = { ...backend, index: { ...backend.index, all } }
    t.same(await storeIn(home, { backend: misled, events }).list(mine.sub), [])
    t.match(events, [{ part: 'device', reason: 'tampered' }])
  })

  await t.test('an instance without the newest key ends sessions that it cannot open', async t => {
    const rotated = storeIn(home, { keys: [randomBytes(32), masterKey] })
    const user = newUser()
    const id = newId()
    await rotated.create(id, signedIn(clock, user), undefined, device)
    const events: SessionStoreEvent[] = []
    t.same(await storeIn(home, { events }).list(user.sub), [])
    t.match(events, [{ part: 'device', reason: 'unknown_key' }])
    t.equal(await store.destroyAll(user.sub), 1)
    t.equal((await rotated.find(id)).kind, 'ended')
  })
}
