/** A session that is to take the place of another, and a store that fails on the way. */

import { type Test, test } from 'tap'
import { isAuthenticated, type LoadedSession } from '../../src/auth/session.ts'
import { AppError } from '../../src/errors.ts'
import { sessionCookie } from '../support/browser.ts'
import { liveSession } from '../support/found-session.ts'
import { type Service, startService } from '../support/service.ts'

const account = { email: 'demo@example.com', password: 'Correct-Horse-9' }

/** The next call of one of the store's methods fails. */
function failOnce({ app: { store } }: Service, name: 'create' | 'retire'): void {
  const real = store[name]
  const failing = async () => {
    Object.assign(store, { [name]: real })
    throw new AppError('store_unavailable')
  }
  Object.assign(store, { [name]: failing })
}

async function loggedIn(t: Test) {
  const service = await startService(t)
  const one = service.browser()
  await one.login()
  return { service, one, id: one.sessionId }
}

test('a login that cannot be stored leaves the browser the session it had', async t => {
  const { service, one, id } = await loggedIn(t)
  failOnce(service, 'create')
  const answer = await one.post('/auth/login', account)
  t.equal(answer.status, 503)
  t.same(answer.cookies, [], 'neither set nor cleared')
  t.equal(one.sessionId, id)
  t.equal((await one.get('/auth/profile')).status, 200)
})

test('a login that cannot end the previous session opens none', async t => {
  const { service, one, id } = await loggedIn(t)
  failOnce(service, 'retire')
  const answer = await one.post('/auth/login', account)
  t.equal(answer.status, 503)
  t.same(answer.cookies, [])
  t.equal(one.sessionId, id)
  t.equal((await one.get('/auth/sessions')).json.sessions.length, 1)
})

test('a failed login over a cookie that opens nothing still clears that cookie', async t => {
  const service = await startService(t)
  const one = service.browser()
  one.jar.set(sessionCookie, 'A'.repeat(43))
  failOnce(service, 'create')
  t.equal((await one.post('/auth/login', account)).status, 503)
  t.equal(one.sessionId, undefined)
})

test('a login revokes what the session before it held last, not what it read of it', async t => {
  const { service, one, id = '' } = await loggedIn(t)
  const { store, identity } = service.app
  const revoked: string[] = []
  const { revoke } = identity
  Object.assign(identity, {
    revoke: (token: string) => {
      revoked.push(token)
      return revoke(token)
    }
  })
  // A refresh stores its tokens at the last moment.
  const retire = store.retire.bind(store)
  Object.assign(store, {
    retire: async (session: LoadedSession) => {
      const now = await liveSession(store, id)
      const lease = now && (await store.acquireLease(now, 5000))
      const tokens = now?.tokens()
      if (!now || !isAuthenticated(now) || !lease || !tokens) throw new Error('It lives')
      const rotated = { ...tokens, refreshToken: 'rotated' }
      t.equal(await store.replaceTokens(now, rotated, now.data.user, lease), 'written')
      return retire(session)
    }
  })
  t.equal((await one.post('/auth/login', account)).json.status, 'authenticated')
  t.not(one.sessionId, id)
  t.same(new Set(revoked), new Set(['rotated']))
})

test('a session that ends while its id is renewed stays ended', async t => {
  const { service, one, id = '' } = await loggedIn(t)
  const { sub } = (await one.get('/auth/session')).json.user
  const { store } = service.app
  const create = store.create.bind(store)
  Object.assign(store, {
    create: async (...args: Parameters<typeof create>) => {
      const begun = await create(...args)
      const before = await liveSession(store, id)
      if (before) await store.destroy(before)
      return begun
    }
  })
  const answer = await one.call('PUT', '/auth/mfa', { body: { enabled: [], preferred: null } })
  t.match(answer, { status: 401, json: { code: 'session_expired' }, cookies: [] })
  t.same(await store.list(sub), [], 'and nothing lives on under another id')
})

test('S-22 a renewal after a change of the password is stored when the store is back', async t => {
  const { service, one, id } = await loggedIn(t)
  const newPassword = 'Correct-Horse-10'
  const change = { currentPassword: account.password, newPassword }
  failOnce(service, 'create')
  t.equal((await one.post('/auth/password/change', change)).status, 204)
  t.not(one.sessionId, id)
  t.equal((await one.get('/api/hello')).status, 200)
  t.equal((await one.get('/auth/sessions')).json.sessions.length, 1)
})
