/** Tries everything that a login, a request and a logout ask of the store, on a user that is none. */

import { randomBytes, randomUUID } from 'node:crypto'
import { authenticatedOf } from '../auth/session.ts'
import type { SessionBackend } from './backend.ts'
import { createSessionStore } from './store.ts'

/** What is left behind by a try that broke off is gone after this long (s). */
const life = 60

/**
 * Returns a function that throws what the store throws. Each run writes under new names, so that instances do not
 * meet, and takes away what it wrote.
 */
export function exerciseOf(backend: SessionBackend): () => Promise<void> {
  let ahead = 0
  const clock = () => Date.now() + ahead
  const store = createSessionStore({ backend, keys: [randomBytes(32)], idleSeconds: life, clock })
  const { clock: loginClock, journal, index } = backend

  return async () => {
    ahead = 0
    const now = clock()
    const user = { sub: `exercise-${randomUUID()}`, email: '', emailVerified: false, groups: [] }
    const id = randomBytes(32).toString('base64url')
    const times = { createdAt: now, authenticatedAt: now, expiresAt: now + life * 1000 }
    const data = { kind: 'authenticated', handle: randomUUID(), user, ...times } as const
    const tokens = { accessToken: 'none', refreshToken: 'none', accessExpiresAt: now }

    const entry = randomUUID()
    await journal.write(entry, Buffer.from(entry))
    await journal.remove(entry)
    await journal.overdue(life * 1_000_000)
    await loginClock.next()
    await store.create(id, { ...data, since: await loginClock.now() }, tokens)
    await index.refuseBefore(user.sub, 1, life * 1000)
    await index.notBefore(user.sub)
    const session = authenticatedOf(await store.find(id))
    if (!session) throw new Error('Redis does not keep what is written')
    await store.update(session, session.data)
    const lease = await store.acquireLease(session, life * 1000)
    if (lease) {
      await store.replaceTokens(session, tokens, user, lease)
      await store.renewLease(session, lease, life * 1000)
      await store.releaseLease(session, lease)
    }
    ahead = (life * 1000) / 2
    await store.touch(session)
    await store.list(user.sub)
    await store.destroyAll(user.sub)
  }
}
