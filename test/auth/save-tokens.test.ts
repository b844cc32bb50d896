import { type Test, test } from 'tap'
import type { SessionStore } from '../../src/auth/session.ts'
import { AppError } from '../../src/errors.ts'
import { door, scene, until } from './processes.ts'

const unavailable = () => new AppError('store_unavailable', { reason: 'redis_timeout' })

/** The first `times` writes of tokens fail. */
const failing = (times: number) => (store: SessionStore) => {
  let left = times
  const replaceTokens: SessionStore['replaceTokens'] = async (...args) => {
    if (left-- > 0) throw unavailable()
    return store.replaceTokens(...args)
  }
  return { replaceTokens }
}

test('a store that fails after the rotation answers 503 at once and gets the tokens later', async t => {
  const { cognito, start, expired } = scene(t)
  const one = start(failing(3))
  const session = await expired()
  await t.rejects(one.get(session), { code: 'store_unavailable' })
  t.not((await one.read(session)).tokens()?.accessToken, 'not yet')
  await one.settled(5000)
  const stored = (await one.read(session)).tokens()?.accessToken
  t.not(stored, session.tokens()?.accessToken)
  t.equal(await one.get(session), stored)
  t.equal(cognito.calls, 1)
  t.same(one.events, ['refresh.delayed', 'refresh.failed', 'refresh.succeeded'])
})

test('while tokens wait to be stored Cognito is not asked again', async t => {
  const { cognito, start, expired } = scene(t)
  const one = start(failing(Number.POSITIVE_INFINITY))
  const session = await expired()
  for (let i = 0; i < 5; i++) await t.rejects(one.get(session), { code: 'store_unavailable' })
  t.equal(cognito.calls, 1)
  await one.settled(10_000)
  await t.rejects(one.get(session), { code: 'session_expired' }, 'the patience was over')
})

test('a write that arrived although the store did not say so counts', async t => {
  const { cognito, start, expired } = scene(t)
  let isFirst = true
  const one = start(store => ({
    async replaceTokens(...args) {
      const outcome = await store.replaceTokens(...args)
      if (!isFirst) return outcome
      isFirst = false
      throw unavailable()
    }
  }))
  const session = await expired()
  await t.rejects(one.get(session), { code: 'store_unavailable' })
  await one.settled(5000)
  t.same(one.events, ['refresh.delayed', 'refresh.failed', 'refresh.succeeded'])
  t.ok(await one.get(session))
  t.equal(cognito.calls, 1)
})

test('a logout while tokens wait to be stored wins', async t => {
  const { cognito, start, expired } = scene(t)
  const one = start(failing(2))
  const session = await expired()
  await t.rejects(one.get(session), { code: 'store_unavailable' })
  await one.store.destroy(session)
  await one.settled(5000)
  t.equal((await one.store.find(session.id)).kind, 'ended')
  t.equal(cognito.revoked.length, 1)
})

test('closing waits for a refresh in progress, but not for ever', async t => {
  const { clock, cognito, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  clock.advance(-10_000)
  const answer = door()
  cognito.after.push(answer.pass)
  t.equal(await one.get(session), session.tokens()?.accessToken, 'still good, refreshed ahead')
  await answer.reached
  await one.settled(20)
  let isSettled = false
  const settled = one.settled(5000).then(() => {
    isSettled = true
  })
  await new Promise(resolve => setTimeout(resolve, 20))
  t.notOk(isSettled)
  answer.open()
  await settled
  t.not((await one.read(session)).tokens()?.accessToken, session.tokens()?.accessToken)
})

test('a store that fails before Cognito is asked costs nothing', async t => {
  const { cognito, start, expired } = scene(t)
  const session = await expired()
  for (const name of ['acquireLease', 'find'] as const) {
    const one = start(() => ({ [name]: () => Promise.reject(unavailable()) }))
    await t.rejects(one.get(session), { code: 'store_unavailable' }, name)
  }
  t.equal(cognito.calls, 0)
  t.ok(await start().get(session))
})

test('a lease that cannot be given back is no failure', async t => {
  const { start, expired } = scene(t)
  const one = start(() => ({ releaseLease: () => Promise.reject(unavailable()) }))
  t.ok(await one.get(await expired()))
})

for (const reason of ['unreachable', 'jwks_unreachable']) {
  test(`an answer that was lost (${reason}) is asked for once more, unasked`, t => lost(t, reason))
}

/** Within Cognito's grace: the refresh token may have been rotated. */
async function lost(t: Test, reason: string) {
  const { cognito, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  cognito.inGrace = true
  cognito.after.push(() => {
    throw new AppError('cognito_unavailable', { reason })
  })
  await t.rejects(one.get(session), { code: 'cognito_unavailable' })
  await until(async () => (await one.read(session)).tokens() !== undefined && cognito.calls === 2)
  await one.settled(5000)
  t.ok(await one.get(session))
  t.equal(cognito.calls, 2)
}
