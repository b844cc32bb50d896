/** What a session is worth to somebody who has the store, or writes to it: nothing. */

import { hash, randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import type { SessionBackend, SessionStoreEvent } from '../../src/session/backend.ts'
import { decodeRecord } from '../../src/session/record.ts'
import { liveSession } from '../support/found-session.ts'
import { asSignedIn, masterKey, newId, newTokens, signedIn, storeIn } from './session-fixtures.ts'
import type { OpenHome } from './session-store.ts'

export async function sessionSealContract(t: Test, openHome: OpenHome): Promise<void> {
  const home = await openHome(t)
  const { clock } = home
  const store = storeIn(home)

  /** A backend whose records arrive changed. */
  function changed(change: (record: Buffer) => Buffer): SessionBackend {
    const [backend] = home.backends
    const read: SessionBackend['records']['read'] = async name => {
      const record = await backend.records.read(name)
      return record && change(Buffer.from(record))
    }
    return { ...backend, records: { ...backend.records, read } }
  }

  async function recordOf(id: string): Promise<Buffer> {
    const record = await home.backends[0].records.read(hash('sha256', id, 'base64url'))
    if (record === null) throw new Error('The session was created')
    return Buffer.from(record)
  }

  await t.test('older keys open what they sealed, and new sessions take the newest', async t => {
    const newest = randomBytes(32)
    const rotated = storeIn(home, { keys: [newest, masterKey] })
    const [before, after] = [newId(), newId()]
    const tokens = newTokens(clock)
    await store.create(before, signedIn(clock), tokens)
    await rotated.create(after, signedIn(clock), tokens)
    t.same((await liveSession(rotated, before))?.tokens(), tokens)
    t.same((await liveSession(storeIn(home, { keys: [newest] }), after))?.tokens(), tokens)
  })

  await t.test('a session stays readable for instances that have only the old key', async t => {
    const rotated = storeIn(home, { keys: [randomBytes(32), masterKey] })
    const id = newId()
    await store.create(id, signedIn(clock), newTokens(clock))
    const session = asSignedIn(await liveSession(rotated, id))
    const tokens = newTokens(clock)
    const lease = await rotated.acquireLease(session, 5000)
    if (lease === null) throw new Error('The lease was free')
    t.equal(await rotated.replaceTokens(session, tokens, session.data.user, lease), 'written')
    t.equal(await rotated.update(session, session.data), 'written')
    t.same((await liveSession(store, id))?.tokens(), tokens)
  })

  await t.test('a session whose key was dropped reads as null, and is reported', async t => {
    const id = newId()
    await store.create(id, signedIn(clock))
    const events: SessionStoreEvent[] = []
    t.equal((await storeIn(home, { keys: [randomBytes(32)], events }).find(id)).kind, 'ended')
    t.match(events, [{ part: 'session', reason: 'unknown_key' }])
    t.notMatch(JSON.stringify(events), id)
  })

  await t.test('a session opens under its own id only', async t => {
    const [mine, yours] = [newId(), newId()]
    await store.create(mine, signedIn(clock))
    await store.create(yours, signedIn(clock))
    const other = await recordOf(yours)
    const events: SessionStoreEvent[] = []
    const swapped = storeIn(home, { backend: changed(() => other), events })
    t.equal((await swapped.find(mine)).kind, 'ended')
    t.match(events, [{ reason: 'tampered' }])
  })

  await t.test('a changed byte, in whatever place, gives nothing away', async t => {
    const id = newId()
    await store.create(id, signedIn(clock), newTokens(clock))
    const record = await recordOf(id)
    const tokensAt = record.length - (decodeRecord(record)?.tokens.length ?? 0)
    const opened: number[] = []
    for (let at = 0; at < record.length; at++) {
      if (at >= 9 && at < 17) continue // lastSeenAt: not sealed, see record.ts
      const flipped = Buffer.from(record)
      flipped[at] = (record[at] ?? 0) ^ (1 << (at % 8))
      const session = await liveSession(storeIn(home, { backend: changed(() => flipped) }), id)
      // Tokens and their version are looked at when they are asked for.
      const ofTokens = at >= tokensAt || (at >= 5 && at < 9)
      const shut = ofTokens ? session?.tokens() === undefined : session === undefined
      if (!shut) opened.push(at)
    }
    t.same(opened, [])
  })

  await t.test('a record cut short before its tokens reads as null', async t => {
    const id = newId()
    await store.create(id, signedIn(clock), newTokens(clock))
    for (const length of [0, 1, 20, 21, 22, 54, 200]) {
      const cut = storeIn(home, { backend: changed(record => record.subarray(0, length)) })
      t.equal((await cut.find(id)).kind, 'ended', `${length} bytes`)
    }
  })

  await t.test('tokens of an earlier refresh cannot be put back', async t => {
    const id = newId()
    const session = asSignedIn(await store.create(id, signedIn(clock), newTokens(clock)))
    const old = await recordOf(id)
    const lease = await store.acquireLease(session, 5000)
    if (lease === null) throw new Error('The lease was free')
    await store.replaceTokens(session, newTokens(clock), session.data.user, lease)
    const events: SessionStoreEvent[] = []
    const mixed = (record: Buffer) => {
      const [now, then] = [decodeRecord(record), decodeRecord(old)]
      if (!now || !then) throw new Error('Both are records')
      return Buffer.concat([record.subarray(0, record.length - now.tokens.length), then.tokens])
    }
    const read = await liveSession(storeIn(home, { backend: changed(mixed), events }), id)
    t.equal(read?.tokens(), undefined)
    t.match(events, [{ part: 'tokens', reason: 'tampered' }])
  })
}
