/** Ending all sessions of a user while one of them begins, or gets a new id. */

import type { Test } from 'tap'
import type { SessionBackend } from '../../src/session/backend.ts'
import { newId, newUser, signedIn, storeIn } from './session-fixtures.ts'
import type { OpenHome } from './session-store.ts'

export async function sessionCrossingContract(t: Test, openHome: OpenHome): Promise<void> {
  const home = await openHome(t)
  const { clock } = home
  const [backend] = home.backends
  const store = storeIn(home)
  const elsewhere = storeIn(home, { backend: home.backends[1] })

  /** A store that does something else between index and record, before a session is there. */
  function interrupted(meanwhile: () => Promise<unknown>) {
    const insert: SessionBackend['records']['insert'] = async (...record) => {
      await meanwhile()
      return backend.records.insert(...record)
    }
    return storeIn(home, { backend: { ...backend, records: { ...backend.records, insert } } })
  }

  await t.test('a session in the making is not forgotten by who lists sessions', async t => {
    const user = newUser()
    const id = newId()
    const slow = interrupted(async () => t.same(await elsewhere.list(user.sub), []))
    await slow.create(id, signedIn(clock, user))
    t.equal((await store.list(user.sub)).length, 1)
    t.equal(await store.destroyAll(user.sub), 1)
    t.equal((await store.find(id)).kind, 'ended')
  })

  await t.test(
    'a session in the making does not begin once all of its user have ended',
    async t => {
      const user = newUser()
      const id = newId()
      const slow = interrupted(async () => t.equal(await elsewhere.destroyAll(user.sub), 0))
      await t.rejects(slow.create(id, signedIn(clock, user)), { code: 'session_expired' })
      t.not((await store.find(id)).kind, 'live')
      t.same(await store.list(user.sub), [])
      t.ok(await store.create(newId(), signedIn(clock, user)), 'the next one does')
    }
  )

  await t.test('a session written just before it would have been barred is ended', async t => {
    const user = newUser()
    const { id } = await store.create(newId(), signedIn(clock, user))
    let isFirst = true
    const remove: SessionBackend['records']['remove'] = async (...args) => {
      if (!isFirst) return backend.records.remove(...args)
      isFirst = false
      return null
    }
    const early = { ...backend, records: { ...backend.records, remove } }
    t.equal(await storeIn(home, { backend: early }).destroyAll(user.sub), 1)
    t.equal((await store.find(id)).kind, 'ended')
  })

  await t.test('a session that gets a new id while all of its user end has ended, too', async t => {
    const user = newUser()
    const old = await store.create(newId(), signedIn(clock, user))
    const id = newId()
    let isFirst = true
    const all: SessionBackend['index']['all'] = async name => {
      const entries = await backend.index.all(name)
      if (isFirst) {
        isFirst = false
        await elsewhere.create(id, signedIn(clock, user))
        t.ok(await elsewhere.retire(old))
      }
      return entries
    }
    const ending = storeIn(home, { backend: { ...backend, index: { ...backend.index, all } } })
    t.equal(await ending.destroyAll(user.sub), 1)
    t.equal((await store.find(id)).kind, 'ended')
    t.same(await store.list(user.sub), [])
  })
}
