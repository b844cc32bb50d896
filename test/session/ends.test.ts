/** Ends that the store, or the death of a process, keeps from being carried out. */

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Test, test } from 'tap'
import { AppError } from '../../src/errors.ts'
import { embeddedBackend } from '../../src/session/embedded.ts'
import { createEnds, type EndsOptions } from '../../src/session/end-journal.ts'
import { createAddresses } from '../../src/session/login-emails.ts'
import { newId, newUser, signedIn, storeIn, testClock } from '../contract/session-fixtures.ts'
import { liveSession } from '../support/found-session.ts'

const away = () => new AppError('store_unavailable')

function scene(t: Test) {
  // The journal's own timers keep no process alive; a server's sockets do.
  const alive = setInterval(() => undefined, 1000)
  t.teardown(() => clearInterval(alive))
  const clock = testClock()
  const backend = embeddedBackend({ clock })
  t.teardown(() => backend.close())
  const sessions = storeIn({ backends: [backend, backend], clock, pass: async () => {} })
  const key = randomBytes(32)
  const secret = async () => key
  const addresses = createAddresses({ secret, prefix: '', life: 60_000, clock })
  /** A process over the same store. */
  function start(options: Partial<EndsOptions> = {}) {
    const one = createEnds({ backend, sessions, addresses, secret, ...options })
    t.teardown(() => one.close())
    return one
  }
  return { clock, sessions, addresses, start }
}

test('S-22 without a store nothing is written down, and nothing may be changed', async t => {
  const { start } = scene(t)
  const broken = embeddedBackend()
  t.teardown(() => broken.close())
  const journal = { ...broken.journal, write: () => Promise.reject(away()) }
  const { ends } = start({ backend: { ...broken, journal } })
  await t.rejects(ends.record({ names: ['a@b.c'] }), { code: 'store_unavailable' })
})

test('S-22 an end that the store delays is reported, and carried out when the store is back', async t => {
  const { clock, sessions, start } = scene(t)
  const user = newUser()
  const { id } = await sessions.create(newId(), signedIn(clock, user))
  let isAway = true
  const delayed: unknown[] = []
  const { ends } = start({
    sessions: {
      destroyAll: async (...whose) => {
        if (isAway) throw away()
        return sessions.destroyAll(...whose)
      }
    },
    patience: 1,
    onDelayed: error => delayed.push(error)
  })
  const end = await ends.record({ sub: user.sub, names: [] })
  t.equal(await end.carryOut(), false)
  t.equal((await sessions.find(id)).kind, 'live')
  t.equal(delayed.length, 1)
  isAway = false
  while (await liveSession(sessions, id)) await sleep(10)
})

test('S-22 what a process has written down before it died is carried out by another', async t => {
  const { clock, sessions, addresses, start } = scene(t)
  const user = newUser()
  const { id } = await sessions.create(newId(), signedIn(clock, user))
  await addresses.remember('Ann@example.com', user.sub)
  await start().ends.record({ names: ['ann@example.com'] })
  start({ sweepInterval: 1 })
  await sleep(20)
  t.equal((await sessions.find(id)).kind, 'live', 'it may be under way yet')
  clock.advance(20_000)
  while (await liveSession(sessions, id)) await sleep(10)
})

test('an end that Cognito has refused ends nothing, and is forgotten', async t => {
  const { clock, sessions, start } = scene(t)
  const user = newUser()
  const { id } = await sessions.create(newId(), signedIn(clock, user))
  const { ends } = start({ sweepInterval: 1 })
  const end = await ends.record({ sub: user.sub, names: [] })
  end.cancel()
  await sleep(20)
  clock.advance(20_000)
  await sleep(20)
  t.equal((await sessions.find(id)).kind, 'live')
})
