/** How sessions end: idle, absolute, destroyed; and that nothing brings them back. */

import { hash } from 'node:crypto'
import type { Test } from 'tap'
import { liveSession } from '../support/found-session.ts'
import {
  absolute,
  asSignedIn,
  idle,
  newId,
  newTokens,
  newUser,
  pending,
  signedIn,
  storeIn
} from './session-fixtures.ts'
import type { OpenHome } from './session-store.ts'

export async function sessionEndContract(t: Test, openHome: OpenHome): Promise<void> {
  const home = await openHome(t)
  const { clock } = home
  const store = storeIn(home)

  await t.test('a session ends when it has been idle', async t => {
    const id = newId()
    await store.create(id, signedIn(clock))
    clock.advance(idle - 1)
    t.equal((await store.find(id)).kind, 'live')
    clock.advance(1)
    t.equal((await store.find(id)).kind, 'ended')
  })

  await t.test('A-18 what an anonymous browser began has no idle end', async t => {
    const id = newId()
    const begun = { ...pending(clock), expiresAt: clock() + absolute }
    const session = await store.create(id, begun)
    t.equal(session.idleExpiresAt, begun.expiresAt)
    clock.advance(2 * idle)
    const later = { ...begun, expiresAt: begun.expiresAt + idle }
    t.equal(await store.update(session, later), 'written')
    clock.advance(absolute - idle - 1)
    t.equal((await liveSession(store, id))?.idleExpiresAt, later.expiresAt)
    clock.advance(1)
    t.equal((await store.find(id)).kind, 'ended')
  })

  await t.test('a touch slides the idle end, a read does not', async t => {
    const id = newId()
    const session = await store.create(id, signedIn(clock))
    clock.advance(idle / 2)
    await liveSession(store, id)
    t.equal((await liveSession(store, id))?.lastSeenAt, clock() - idle / 2)
    await store.touch(session)
    clock.advance(idle - 1)
    t.equal((await store.find(id)).kind, 'live')
    clock.advance(1)
    t.equal((await store.find(id)).kind, 'ended')
  })

  await t.test('a touch does nothing while a small share of the idle time has passed', async t => {
    const id = newId()
    const session = await store.create(id, signedIn(clock))
    clock.advance(60_000)
    await store.touch(session)
    t.equal((await liveSession(store, id))?.lastSeenAt, clock() - 60_000)
    clock.advance(1)
    await store.touch(session)
    t.equal((await liveSession(store, id))?.lastSeenAt, clock())
    t.equal(session.lastSeenAt, clock())
  })

  await t.test('a session ends at its absolute end, however busy', async t => {
    const id = newId()
    const created = clock()
    await store.create(id, signedIn(clock))
    while (clock() + idle / 2 < created + absolute) {
      clock.advance(idle / 2)
      await store.touch(asSignedIn(await liveSession(store, id)))
    }
    t.equal((await liveSession(store, id))?.idleExpiresAt, created + absolute)
    clock.advance(created + absolute - clock())
    t.equal((await store.find(id)).kind, 'ended')
  })

  await t.test('a touch does not slide what has been idle for too long', async t => {
    const id = newId()
    const session = await store.create(id, signedIn(clock))
    clock.advance(idle)
    await store.touch(session)
    t.equal((await store.find(id)).kind, 'ended')
  })

  await t.test('an update or new tokens come too late for an expired session', async t => {
    const session = await store.create(newId(), signedIn(clock), newTokens(clock))
    const lease = await store.acquireLease(session, 3 * idle)
    clock.advance(idle)
    t.equal(await store.update(session, session.data), 'gone')
    if (lease === null) throw new Error('The lease was free')
    const written = store.replaceTokens(
      asSignedIn(session),
      newTokens(clock),
      asSignedIn(session).data.user,
      lease
    )
    t.equal(await written, 'gone')
  })

  await t.test('writing does not slide the idle end', async t => {
    const id = newId()
    const session = await store.create(id, signedIn(clock))
    clock.advance(idle - 1)
    t.equal(await store.update(session, session.data), 'written')
    clock.advance(1)
    t.equal((await store.find(id)).kind, 'ended')
  })

  await t.test('a destroyed session is gone, and ending it again is no error', async t => {
    const [id, user] = [newId(), newUser()]
    const session = await store.create(id, signedIn(clock, user))
    await store.destroy(session)
    t.equal((await store.find(id)).kind, 'ended')
    t.same(await store.list(user.sub), [])
    await store.destroy(session)
  })

  await t.test('who ends a session learns what it held last, and only one does', async t => {
    const elsewhere = storeIn(home, { backend: home.backends[1] })
    for (const end of ['destroy', 'retire'] as const) {
      const session = asSignedIn(await store.create(newId(), signedIn(clock), newTokens(clock)))
      const other = asSignedIn(await liveSession(elsewhere, session.id))
      const lease = await elsewhere.acquireLease(other, 5000)
      if (lease === null) throw new Error('The lease was free')
      const rotated = newTokens(clock)
      await elsewhere.replaceTokens(other, rotated, other.data.user, lease)
      t.same((await store[end](session))?.tokens(), rotated, end)
      t.equal(await store.destroy(session), null)
      t.equal(await store.retire(session), null)
    }
  })

  for (const end of ['destroy', 'retire'] as const) {
    await t.test(`nothing in flight brings a session back: ${end}`, async t => {
      const id = newId()
      const session = asSignedIn(await store.create(id, signedIn(clock), newTokens(clock)))
      const lease = await store.acquireLease(session, 5000)
      if (lease === null) throw new Error('The lease was free')
      await storeIn(home, { backend: home.backends[1] })[end](session)
      clock.advance(120_000)
      t.equal(await store.update(session, session.data), 'gone')
      const { user } = session.data
      t.equal(await store.replaceTokens(session, newTokens(clock), user, lease), 'gone')
      await store.touch(session)
      t.equal(await store.acquireLease(session, 5000), null)
      t.equal(await store.renewLease(session, lease, 5000), null)
      await store.releaseLease(session, lease)
      t.not((await store.find(id)).kind, 'live')
    })
  }

  await t.test('for a moment a replaced session is distinguished from an ended one', async t => {
    const [id, user] = [newId(), newUser()]
    const session = await store.create(id, signedIn(clock, user))
    // Twice, so that the next look asks for its head alone.
    for (let i = 0; i < 3; i++) t.equal((await store.find(id)).kind, 'live')
    await store.retire(session)
    const stores = [store, storeIn(home, { backend: home.backends[1] })]
    for (const one of stores) t.equal((await one.find(id)).kind, 'replaced')
    t.same(await store.list(user.sub), [])
    t.equal(await store.destroyAll(user.sub), 0)
    await store.destroy(session)
    t.equal((await store.find(id)).kind, 'replaced', 'ending it again changes nothing')

    const short = await store.create(newId(), signedIn(clock))
    const name = hash('sha256', short.id, 'base64url')
    t.ok(await home.backends[0].records.remove(name, { news: 'renewed', buriedFor: 20 }))
    t.equal((await store.find(short.id)).kind, 'replaced')
    while ((await store.find(short.id)).kind === 'replaced') await home.pass(10)
    t.equal((await store.find(short.id)).kind, 'ended', 'what is left of it ends by itself')
  })
}
