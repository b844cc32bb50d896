/** The right to refresh: one holder at a time, and tokens written by nobody else. */

import type { Test } from 'tap'
import type { Lease } from '../../src/auth/session.ts'
import { liveSession } from '../support/found-session.ts'
import {
  asSignedIn,
  newId,
  newTokens,
  type newUser,
  signedIn,
  storeIn
} from './session-fixtures.ts'
import type { OpenHome } from './session-store.ts'

export async function sessionLeaseContract(t: Test, openHome: OpenHome): Promise<void> {
  const home = await openHome(t)
  const { clock } = home
  const store = storeIn(home)
  const elsewhere = storeIn(home, { backend: home.backends[1] })
  const begin = async () =>
    asSignedIn(await store.create(newId(), signedIn(clock), newTokens(clock)))
  const held = (lease: Lease | null): Lease => {
    if (lease === null) throw new Error('The lease was not to be had')
    return lease
  }

  await t.test('of all who ask for a lease one gets it', async t => {
    const session = await begin()
    const asked = [store, elsewhere, store, elsewhere]
    const leases = await Promise.all(asked.map(one => one.acquireLease(session, 5000)))
    t.equal(leases.filter(lease => lease !== null).length, 1)
    t.equal(leases.find(lease => lease !== null)?.expiresAt, clock() + 5000)
  })

  await t.test('a lease is one for a session', async t => {
    t.ok(await store.acquireLease(await begin(), 5000))
    t.ok(await store.acquireLease(await begin(), 5000))
  })

  await t.test('a lease that was given back can be taken', async t => {
    const session = await begin()
    await store.releaseLease(session, held(await store.acquireLease(session, 5000)))
    t.ok(await elsewhere.acquireLease(session, 5000))
  })

  await t.test('only its owner renews or releases a lease', async t => {
    const session = await begin()
    const ours = held(await store.acquireLease(session, 5000))
    const stranger = { ...ours, owner: 'somebody else' }
    t.equal(await elsewhere.renewLease(session, stranger, 9000), null)
    await elsewhere.releaseLease(session, stranger)
    t.equal(await elsewhere.acquireLease(session, 5000), null)
    t.same(await store.renewLease(session, ours, 9000), { ...ours, expiresAt: clock() + 9000 })
  })

  await t.test('renewing prolongs a lease', async t => {
    const session = await begin()
    const lease = held(await store.acquireLease(session, 1000))
    t.ok(await store.renewLease(session, lease, 60_000))
    await home.pass(1100)
    t.equal(await elsewhere.acquireLease(session, 5000), null)
  })

  await t.test(
    'T-14 a lease says whether an earlier one has left its attempt unresolved',
    async t => {
      const session = await begin()
      const take = async () => held(await elsewhere.acquireLease(session, 5000))
      const first = await take()
      t.equal(first.unresolved, false)
      await store.releaseLease(session, first, true)
      const second = await take()
      t.equal(second.unresolved, true)
      await store.releaseLease(session, { ...second, owner: 'somebody else' })
      await store.releaseLease(session, second)
      const third = await take()
      t.equal(third.unresolved, false, 'its holder has resolved it')
      await store.replaceTokens(session, newTokens(clock), session.data.user, third)
      await store.releaseLease(session, third, true)
      t.equal((await take()).unresolved, false, 'the tokens are others')
    }
  )

  await t.test('T-14 a lease that runs out leaves its attempt unresolved', async t => {
    const session = await begin()
    held(await store.acquireLease(session, 20))
    let next: Lease | null = null
    for (; next === null; next = await elsewhere.acquireLease(session, 60_000)) await home.pass(10)
    t.equal(next.unresolved, true)
  })

  await t.test('a lease runs out, and then is no longer that of its owner', async t => {
    const session = await begin()
    const first = held(await store.acquireLease(session, 20))
    let second = null
    for (; second === null; second = await elsewhere.acquireLease(session, 60_000)) {
      await home.pass(10)
    }
    t.equal(await store.renewLease(session, first, 5000), null)
    await store.releaseLease(session, first)
    t.ok(await elsewhere.renewLease(session, second, 60_000))
  })

  await t.test('the holder replaces tokens and user; the idle end stays', async t => {
    const session = await begin()
    const lease = held(await store.acquireLease(session, 5000))
    const tokens = newTokens(clock)
    const user = { ...session.data.user, givenName: 'Augusta' }
    clock.advance(1000)
    t.equal(await store.replaceTokens(session, tokens, user, lease), 'written')
    const read = await liveSession(elsewhere, session.id)
    for (const seen of [session, read]) {
      t.same(seen?.tokens(), tokens)
      t.same(asSignedIn(seen).data.user, user)
      t.equal(seen?.lastSeenAt, clock() - 1000)
    }
  })

  await t.test('the holder may go on writing with what it has read', async t => {
    const session = await begin()
    const lease = held(await store.acquireLease(session, 5000))
    for (const tokens of [newTokens(clock), newTokens(clock)]) {
      t.equal(await store.replaceTokens(session, tokens, session.data.user, lease), 'written')
      t.equal(await store.update(session, { ...session.data, authenticatedAt: 3 }), 'written')
      t.same((await liveSession(elsewhere, session.id))?.tokens(), tokens)
    }
  })

  await t.test('without the lease tokens are not written', async t => {
    const session = await begin()
    const before = session.tokens()
    const lost = held(await store.acquireLease(session, 5000))
    await store.releaseLease(session, lost)
    const { user } = session.data
    t.equal(await store.replaceTokens(session, newTokens(clock), user, lost), 'stale')
    await elsewhere.acquireLease(session, 5000)
    t.equal(await store.replaceTokens(session, newTokens(clock), user, lost), 'stale')
    t.same((await liveSession(elsewhere, session.id))?.tokens(), before)
  })

  await t.test('tokens that were read before a write are not used for the next', async t => {
    const session = await begin()
    const late = asSignedIn(await liveSession(elsewhere, session.id))
    const first = held(await store.acquireLease(session, 5000))
    const tokens = newTokens(clock)
    await store.replaceTokens(session, tokens, session.data.user, first)
    await store.releaseLease(session, first)
    const second = held(await elsewhere.acquireLease(late, 5000))
    const outcome = await elsewhere.replaceTokens(late, newTokens(clock), late.data.user, second)
    t.equal(outcome, 'stale')
    t.same((await liveSession(store, session.id))?.tokens(), tokens)
  })

  await t.test('a refresh keeps what others wrote into the session meanwhile', async t => {
    const session = await begin()
    const lease = held(await store.acquireLease(session, 5000))
    const other = asSignedIn(await liveSession(elsewhere, session.id))
    await elsewhere.update(other, { ...other.data, authenticatedAt: 42 })
    const tokens = newTokens(clock)
    t.equal(await store.replaceTokens(session, tokens, newUserOf(session.data), lease), 'written')
    const read = asSignedIn(await liveSession(store, session.id))
    t.same(read.tokens(), tokens)
    t.equal(read.data.authenticatedAt, 42)
    t.equal(await store.update(session, session.data), 'stale')
  })

  function newUserOf({ user }: { user: ReturnType<typeof newUser> }) {
    return { ...user, givenName: 'Somebody' }
  }
}
