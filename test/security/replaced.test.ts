/** A session that is to take the place of another, and a store that fails on the way. */
import { type Test, test } from 'tap'
import { AppError } from '../../src/errors.ts'
import { type Service, startService } from '../support/service.ts'

const account = { email: 'demo@example.com', password: 'Correct-Horse-9' }

/** The next call of one of the store's methods fails. */
function failOnce({ app: { store } }: Service, name: 'create' | 'destroy' | 'read'): void {
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

test('a login that cannot end the session before it opens none for nobody', async t => {
  const { service, one, id } = await loggedIn(t)
  failOnce(service, 'destroy')
  const answer = await one.post('/auth/login', account)
  t.equal(answer.status, 503)
  t.same(answer.cookies, [])
  t.equal(one.sessionId, id)
  t.equal((await one.get('/auth/sessions')).json.sessions.length, 1)
})

test('a failed login over a cookie that opens nothing still clears that cookie', async t => {
  const service = await startService(t)
  const one = service.browser()
  one.jar.set('session', 'A'.repeat(43))
  failOnce(service, 'create')
  t.equal((await one.post('/auth/login', account)).status, 503)
  t.equal(one.sessionId, undefined)
})

test('a login that has begun a session says so, whatever becomes of the one before', async t => {
  const { service, one, id } = await loggedIn(t)
  // The cookie of this request is read first, what is left of the session before it after that.
  const { store } = service.app
  const read = store.read.bind(store)
  Object.assign(store, {
    read: async (of: string) => {
      failOnce(service, 'read')
      return read(of)
    }
  })
  const answer = await one.post('/auth/login', account)
  t.match(answer, { status: 200, json: { status: 'authenticated' } })
  t.not(one.sessionId, id)
})

test('a renewal that cannot be stored keeps the session and its cookie', async t => {
  const { service, one, id } = await loggedIn(t)
  const newPassword = 'Correct-Horse-10'
  const change = { currentPassword: account.password, newPassword }
  failOnce(service, 'create')
  const answer = await one.post('/auth/password/change', change)
  t.equal(answer.status, 503)
  t.same(answer.cookies, [])
  t.equal(one.sessionId, id)
  let revoked = 0
  while (revoked === 0) revoked = (await service.cognito.calls()).RevokeToken ?? 0
  t.equal(revoked, 1, 'the tokens that came for it are revoked')
})
