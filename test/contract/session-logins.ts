/** What orders logins and ends: the login clock, not-befores, and the journal of ends under way. */

import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { indexName } from '../../src/session/index-entry.ts'
import { newId, newUser, signedIn, storeIn } from './session-fixtures.ts'
import type { OpenHome } from './session-store.ts'

export async function sessionLoginContract(t: Test, openHome: OpenHome): Promise<void> {
  const home = await openHome(t)
  const { clock } = home
  const [here, elsewhere] = home.backends
  const store = storeIn(home)

  await t.test('S-17 the login clock is one for all, and an end moves it on', async t => {
    const before = await here.clock.now()
    const ends = [await elsewhere.clock.next(), await here.clock.next()]
    const after = await elsewhere.clock.now()
    const order = [before, ...ends, after]
    t.same(
      order,
      [...order].sort((a, b) => a - b)
    )
    t.ok(before < (ends[0] ?? 0) && (ends[0] ?? 0) < (ends[1] ?? 0) && after >= (ends[1] ?? 0))
  })

  await t.test('S-17 what began before all sessions of its user ended does not begin', async t => {
    const user = newUser()
    const since = await here.clock.now()
    await storeIn(home, { backend: elsewhere }).destroyAll(user.sub)
    const late = store.create(newId(), { ...signedIn(clock, user), since })
    await t.rejects(late, { code: 'session_expired' })
    t.same(await store.list(user.sub), [])
    const next = { ...signedIn(clock, user), since: await elsewhere.clock.now() }
    t.ok(await store.create(newId(), next), 'what began after it does')
    t.ok(await store.create(newId(), { ...signedIn(clock), since }), 'and another user')
  })

  await t.test('a not-before never moves backwards, and ends by itself', async t => {
    const user = indexName(newUser().sub)
    t.equal(await here.index.notBefore(user), 0)
    await here.index.refuseBefore(user, 20, 60_000)
    await elsewhere.index.refuseBefore(user, 10, 60_000)
    t.equal(await elsewhere.index.notBefore(user), 20)
    await here.index.refuseBefore(user, 30, 20)
    while ((await here.index.notBefore(user)) > 0) await home.pass(10)
  })

  await t.test('S-22 the journal keeps what is to end until it is removed', async t => {
    const entry = randomBytes(40)
    await here.journal.write('one', entry)
    await here.journal.write('two', entry)
    t.same(await elsewhere.journal.overdue(60_000), [])
    await home.pass(20)
    const found = await elsewhere.journal.overdue(20)
    t.same(found.map(({ id }) => id).sort(), ['one', 'two'])
    t.ok(found[0]?.entry.equals(entry))
    await elsewhere.journal.remove('one')
    t.same(
      (await here.journal.overdue(0)).map(({ id }) => id),
      ['two']
    )
  })
}
