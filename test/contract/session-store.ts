/** What every session store promises, whatever keeps its records. */

import type { Test } from 'tap'
import type { SessionBackend } from '../../src/session/backend.ts'
import { liveSession } from '../support/found-session.ts'
import { sessionCrossingContract } from './session-crossing.ts'
import { sessionEndContract } from './session-end.ts'
import {
  asSignedIn,
  type Home,
  idle,
  newId,
  newTokens,
  pending,
  signedIn,
  storeIn
} from './session-fixtures.ts'
import { sessionIndexContract } from './session-index.ts'
import { sessionLeaseContract } from './session-leases.ts'
import { sessionLoginContract } from './session-logins.ts'
import { sessionSealContract } from './session-seal.ts'

export type OpenHome = (t: Test) => Promise<Home>

export async function sessionStoreContract(t: Test, openHome: OpenHome): Promise<void> {
  await t.test('reading and writing', t => writes(t, openHome))
  await t.test('ends', t => sessionEndContract(t, openHome))
  await t.test('leases and tokens', t => sessionLeaseContract(t, openHome))
  await t.test('sessions of a user', t => sessionIndexContract(t, openHome))
  await t.test('all ends that cross a beginning', t => sessionCrossingContract(t, openHome))
  await t.test('logins and ends', t => sessionLoginContract(t, openHome))
  await t.test('seals', t => sessionSealContract(t, openHome))
}

async function writes(t: Test, openHome: OpenHome): Promise<void> {
  const home = await openHome(t)
  const { clock } = home
  const store = storeIn(home)
  const elsewhere = storeIn(home, { backend: home.backends[1] })

  await t.test('a session is read as it was created, by every instance', async t => {
    const [id, data, tokens] = [newId(), signedIn(clock), newTokens(clock)]
    const created = await store.create(id, data, tokens)
    for (const session of [
      created,
      await liveSession(store, id),
      await liveSession(elsewhere, id)
    ]) {
      t.equal(session?.id, id)
      t.same(session?.data, data)
      t.same(session?.tokens(), tokens)
      t.equal(session?.lastSeenAt, clock())
      t.equal(session?.idleExpiresAt, clock() + idle)
    }
  })

  await t.test('an unknown id reads as null', async t => {
    t.equal((await store.find(newId())).kind, 'ended')
    t.equal((await store.find('')).kind, 'ended')
  })

  await t.test('a pending session has no tokens', async t => {
    const id = newId()
    await store.create(id, pending(clock))
    const session = await liveSession(store, id)
    t.same(session?.data, pending(clock))
    t.equal(session?.tokens(), undefined)
  })

  await t.test('an id is given to one session only', async t => {
    const [id, data] = [newId(), signedIn(clock)]
    await store.create(id, data)
    await t.rejects(elsewhere.create(id, signedIn(clock)), { code: 'internal_error' })
    t.same((await liveSession(store, id))?.data, data)
  })

  await t.test('a creation that is repeated on its way succeeds', async t => {
    const [backend] = home.backends
    const insert: SessionBackend['records']['insert'] = async (...args) => {
      await backend.records.insert(...args)
      return backend.records.insert(...args)
    }
    const repeating = { ...backend, records: { ...backend.records, insert } }
    const [id, data] = [newId(), signedIn(clock)]
    await storeIn(home, { backend: repeating }).create(id, data)
    t.same((await liveSession(store, id))?.data, data)
  })

  await t.test('an update writes the data and leaves the tokens alone', async t => {
    const [id, data, tokens] = [newId(), signedIn(clock), newTokens(clock)]
    const session = await store.create(id, data, tokens)
    const later = { ...data, authenticatedAt: data.authenticatedAt + 5 }
    t.equal(await store.update(session, later), 'written')
    const read = await liveSession(elsewhere, id)
    t.same(read?.data, later)
    t.same(read?.tokens(), tokens)
  })

  await t.test('one may update twice what one has read once', async t => {
    const [id, data] = [newId(), signedIn(clock)]
    const session = await store.create(id, data)
    t.equal(await store.update(session, { ...data, authenticatedAt: 1 }), 'written')
    t.same(session.data, { ...data, authenticatedAt: 1 })
    t.equal(await store.update(session, { ...data, authenticatedAt: 2 }), 'written')
    t.same((await liveSession(elsewhere, id))?.data, { ...data, authenticatedAt: 2 })
  })

  await t.test('of many concurrent updates one is written, the others are stale', async t => {
    const [id, data] = [newId(), signedIn(clock)]
    await store.create(id, data)
    const readers = [store, elsewhere, store, elsewhere, store, elsewhere, store, elsewhere]
    const sessions = await Promise.all(readers.map(reader => liveSession(reader, id)))
    const outcomes = await Promise.all(
      sessions.map((session, i) =>
        readers[i]?.update(asSignedIn(session), { ...data, authenticatedAt: i })
      )
    )
    t.equal(outcomes.filter(outcome => outcome === 'written').length, 1)
    t.equal(outcomes.filter(outcome => outcome === 'stale').length, readers.length - 1)
    t.same((await liveSession(store, id))?.data, {
      ...data,
      authenticatedAt: outcomes.indexOf('written')
    })
  })

  await t.test('a session never becomes that of another user', async t => {
    const [id, data] = [newId(), signedIn(clock)]
    const session = await store.create(id, data)
    await t.rejects(store.update(session, signedIn(clock)), TypeError)
    await t.rejects(store.update(await store.create(newId(), pending(clock)), data), TypeError)
    t.same((await liveSession(store, id))?.data, data)
  })

  await t.test('a session that no store has read is refused', async t => {
    const { id, data, lastSeenAt, idleExpiresAt } = await store.create(newId(), signedIn(clock))
    const copy = { id, data, lastSeenAt, idleExpiresAt, tokens: () => undefined }
    await t.rejects(store.update(copy, data), TypeError)
    await t.rejects(store.destroy(copy), TypeError)
  })

  await t.test('fields that this version does not know survive an update', async t => {
    const id = newId()
    const later = { ...signedIn(clock), risk: { score: 3 } }
    const session = await store.create(id, later)
    const { data } = asSignedIn(await liveSession(elsewhere, id))
    t.equal(await elsewhere.update(session, { ...data, authenticatedAt: 7 }), 'written')
    t.same((await liveSession(store, id))?.data, { ...later, authenticatedAt: 7 })
  })

  await t.test('a session does not show its secrets when it is logged by mistake', async t => {
    const session = await store.create(newId(), signedIn(clock), newTokens(clock))
    t.equal(JSON.stringify(session), '{}')
    t.notMatch((await import('node:util')).inspect(session, { depth: 9 }), session.id)
  })
}
