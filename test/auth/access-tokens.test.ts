import { test } from 'tap'
import { AppError } from '../../src/errors.ts'
import { scene } from './processes.ts'

const refusal = (reason: string) => new AppError('session_expired', { reason })

test('a token with life left is handed out as it is', async t => {
  const { clock, cognito, start, expired } = scene(t)
  const session = await expired()
  clock.advance(-120_000)
  t.equal(await start().get(session), session.tokens()?.accessToken)
  t.equal(cognito.calls, 0)
})

test('a refresh ahead that fails rests, and the good token is served', async t => {
  const { clock, cognito, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  clock.advance(-10_000)
  cognito.before.push(() => {
    throw new AppError('cognito_unavailable', { reason: 'throttled' })
  })
  for (let i = 0; i < 20; i++) {
    t.equal(await one.get(session), session.tokens()?.accessToken)
    await one.settled(1000)
  }
  t.ok(cognito.calls <= 2, 'not asked by every request')
  t.ok(one.events.includes('refresh.failed'))
})

test('a refresh ahead that is refused ends the session', async t => {
  const { clock, cognito, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  clock.advance(-10_000)
  cognito.before.push(() => {
    throw refusal('user_disabled')
  })
  t.ok(await one.get(session))
  await one.settled(5000)
  t.equal((await one.store.find(session.id)).kind, 'ended')
  t.same(one.events, ['session.ended', 'refresh.failed'])
})

test('an access token that Cognito refuses is refreshed, and the call repeated', async t => {
  const { clock, cognito, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  clock.advance(-120_000)
  const used: string[] = []
  const answer = await one.use(session, async token => {
    used.push(token)
    if (used.length === 1) throw refusal('access_token_expired')
    return 'served'
  })
  t.equal(answer, 'served')
  t.equal(used[0], session.tokens()?.accessToken)
  t.equal(used[1], (await one.read(session)).tokens()?.accessToken)
  t.equal(cognito.calls, 1)
})

test('a new access token that is refused as well ends nothing', async t => {
  const { start, expired } = scene(t)
  const one = start()
  const session = await expired()
  const use = one.use(session, () => Promise.reject(refusal('access_token_expired')))
  await t.rejects(use, { code: 'cognito_unavailable', reason: 'new_token_refused' })
  t.ok(await one.read(session))
})

test('an access token that is refused because the family is revoked ends the session', async t => {
  const { cognito, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  await one.get(session)
  cognito.before.push(() => {
    throw refusal('refresh_token_revoked')
  })
  const use = one.use(session, () => Promise.reject(refusal('access_token_revoked')))
  await t.rejects(use, { code: 'session_expired', reason: 'refresh_token_revoked' })
  t.equal((await one.store.find(session.id)).kind, 'ended')
})

test('a user who is gone or disabled has no session, without another question', async t => {
  const { cognito, start, expired } = scene(t)
  for (const reason of ['user_not_found', 'user_disabled', 'password_reset_required']) {
    const one = start()
    const session = await expired()
    const before = cognito.calls
    const use = one.use(session, () => Promise.reject(refusal(reason)))
    await t.rejects(use, { code: 'session_expired', reason })
    t.equal((await one.store.find(session.id)).kind, 'ended')
    t.equal(cognito.calls, before + 1)
  }
})

test('other failures of the call are left alone', async t => {
  const { start, expired } = scene(t)
  const one = start()
  const session = await expired()
  const failure = new AppError('cognito_unavailable')
  await t.rejects(
    one.use(session, () => Promise.reject(failure)),
    failure
  )
  t.ok(await one.read(session))
})

test('a token that an API refuses is replaced, once in a while', async t => {
  const { clock, cognito, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  clock.advance(-120_000)
  const refused = await one.get(session)
  const asked = Array.from({ length: 5 }, () => one.replace(session, refused))
  const [newer = '', ...same] = await Promise.all(asked)
  t.not(newer, refused)
  t.same(new Set(same), new Set([newer]), 'all who were refused get the new one')
  t.equal(await one.replace(session, newer), newer, 'an API that refuses everything')
  t.equal(cognito.calls, 1)
})

test('a session without tokens has ended', async t => {
  const { clock, start, expired } = scene(t)
  const one = start()
  const { data } = await expired()
  const bare = await one.store.create('x'.repeat(43), { ...data, expiresAt: clock() + 9e6 })
  const session = await one.read({ ...bare, id: bare.id, data, tokens: () => undefined })
  await t.rejects(one.get(session), { code: 'session_expired', reason: 'no_tokens' })
  t.equal((await one.store.find(session.id)).kind, 'ended')
})
