import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import type { Authenticated } from '../../src/auth/session.ts'
import { AppError } from '../../src/errors.ts'
import { door, leaseTtl, type Scene, scene, tokenLife, until } from './processes.ts'

const isOver = { code: 'session_expired' }

test('all who need a refresh share one, in every process', async t => {
  const { cognito, start, expired } = scene(t)
  const processes = [start(), start(), start(), start()]
  const session = await expired()
  const asked = processes.flatMap(one => Array.from({ length: 25 }, () => one.get(session)))
  t.equal(new Set(await Promise.all(asked)).size, 1)
  t.equal(cognito.calls, 1)
  const figures = processes.flatMap(one => one.figures)
  t.equal(figures.filter(({ name }) => name === 'shared').length, 96)
  t.equal(figures.filter(({ name }) => name === 'exchange').length, 1)
})

test('T-08 refreshes of many sessions side by side do not mix them up', async t => {
  const { clock, start, begin } = scene(t)
  const processes = [start(), start()]
  const sessions = await Promise.all(Array.from({ length: 20 }, begin))
  clock.advance(tokenLife)
  const work = sessions.flatMap(session =>
    processes.map(async one => ({
      session,
      token: await one.get(session)
    }))
  )
  for (const { session, token } of await Promise.all(work)) {
    t.ok(token.startsWith(`access-of-${session.data.user.sub}.`))
  }
})

test('a lease that expires before Cognito responds is acquired again', async t => {
  const { clock, cognito, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  cognito.after.push(() => clock.advance(leaseTtl + 1))
  const token = await one.get(session)
  t.equal((await one.read(session)).tokens()?.accessToken, token, 'the new tokens are stored')
  t.same(one.events, ['refresh.succeeded'])
  t.ok(await one.store.acquireLease(session, 1), 'no lease is left behind')
})

test('T-10 an instance whose refresh is refused as a reuse waits for the tokens that another stores', async t => {
  const { clock, cognito, start, expired } = scene(t)
  const [slow, rival] = [start(), start()]
  const session = await expired()
  const answer = door()
  cognito.after.push(answer.pass)
  const first = slow.get(session)
  await answer.reached
  clock.advance(leaseTtl + 1)
  const second = rival.get(session)
  await until(() => rival.events.includes('refresh.reused'))
  // Long enough for a rival who does not wait to end the session.
  await sleep(100)
  answer.open()
  t.equal(await first, await second)
  t.equal((await rival.read(session)).tokens()?.accessToken, await first)
  t.equal(cognito.calls, 2)
})

test('T-10 a reuse ends the session where no instance stores newer tokens', async t => {
  const { cognito, start, expired } = scene(t)
  const [crashing, survivor] = [start(), start()]
  const session = await expired()
  cognito.after.push(() => {
    throw new Error('killed')
  })
  await t.rejects(crashing.get(session), { message: 'killed' })
  await t.rejects(survivor.get(session), { ...isOver, reason: 'refresh_token_reused' })
  t.same(survivor.events, ['refresh.reused', 'session.ended', 'refresh.failed'])
  t.equal((await survivor.store.find(session.id)).kind, 'ended')
})

/** Somebody else has used the refresh token of the session. */
const steal = async ({ cognito }: Scene, session: Authenticated) => {
  const { tokens } = await cognito.refresh(session.tokens()?.refreshToken ?? '')
  cognito.calls = 0
  return tokens
}

test('T-13 a reuse that no process of ours caused is a theft', async t => {
  const world = scene(t)
  const { cognito, start, expired } = world
  const one = start()
  const session = await expired()
  await steal(world, session)
  await t.rejects(one.get(session), { ...isOver, reason: 'refresh_token_reused' })
  t.same(one.events, ['refresh.reused', 'token_theft_suspected', 'session.ended', 'refresh.failed'])
  t.same(cognito.revoked, [session.tokens()?.refreshToken])
  t.same(cognito.signedOut, [], 'the access token has expired')
  t.equal((await one.store.find(session.id)).kind, 'ended')
})

test('T-13 while the access token lives GlobalSignOut ends the newer tokens, too', async t => {
  const world = scene(t)
  const { cognito, start, begin } = world
  const one = start()
  const session = await begin()
  await steal(world, session)
  const accessToken = session.tokens()?.accessToken ?? ''
  await t.rejects(one.replace(session, accessToken), isOver)
  t.same(cognito.signedOut, [accessToken])
  t.same(cognito.revoked, [session.tokens()?.refreshToken])
})

test('T-13 a theft is seen although Cognito has refused to look at an earlier attempt', async t => {
  const world = scene(t)
  const { cognito, start, expired } = world
  const one = start()
  const session = await expired()
  cognito.before.push(() => {
    throw new AppError('cognito_unavailable', { reason: 'throttled' })
  })
  await t.rejects(one.get(session), { code: 'cognito_unavailable' })
  await steal(world, session)
  await t.rejects(one.get(session), isOver)
  t.ok(one.events.includes('token_theft_suspected'))
})

test('T-13 a store that cannot write down what is to end keeps the theft for later', async t => {
  const world = scene(t)
  const away = new AppError('store_unavailable')
  let writes = 0
  const [cut, whole] = [
    world.start(undefined, { record: () => Promise.reject(++writes && away) }),
    world.start()
  ]
  const session = await world.expired()
  await steal(world, session)
  await t.rejects(cut.get(session), { code: 'store_unavailable' })
  t.equal(writes, 1)
  t.ok(await whole.read(session), 'nothing has ended')
  await t.rejects(whole.get(session), isOver)
  t.ok(whole.events.includes('token_theft_suspected'))
})

const lost = ['timeout', 'unreachable', 'http_5xx']

for (const reason of lost) {
  test(`T-14 a reuse after an answer that was lost (${reason}) is no theft`, async t => {
    const { cognito, start, expired } = scene(t)
    const one = start()
    const session = await expired()
    cognito.after.push(() => {
      throw new AppError('cognito_unavailable', { reason })
    })
    await t.rejects(one.get(session), { code: 'cognito_unavailable' })
    // Asked and refused to look in between: what the first attempt left is still not known.
    cognito.before.push(() => {
      throw new AppError('cognito_unavailable', { reason: 'throttled' })
    })
    await t.rejects(one.get(session), { code: 'cognito_unavailable' })
    await t.rejects(one.get(session), isOver)
    t.notOk(one.events.includes('token_theft_suspected'))
    t.same(cognito.revoked, [])
    t.same(cognito.signedOut, [])
  })
}

test('within the grace a crash is healed by the next request', async t => {
  const { cognito, start, expired } = scene(t)
  const [crashing, survivor] = [start(), start()]
  const session = await expired()
  cognito.inGrace = true
  cognito.after.push(() => {
    throw new Error('killed')
  })
  await t.rejects(crashing.get(session), { message: 'killed' })
  t.ok(await survivor.get(session))
  t.same(survivor.events, ['refresh.succeeded'])
})

test('the refusal of a token that was replaced meanwhile ends nothing', async t => {
  const { clock, cognito, start, expired } = scene(t)
  const [suspended, other] = [start(), start()]
  const session = await expired()
  const asking = door()
  cognito.before.push(asking.pass)
  const late = suspended.get(session)
  await asking.reached
  clock.advance(leaseTtl + 1)
  await other.get(session)
  clock.advance(tokenLife)
  asking.open()
  t.ok(await late, 'although what the other one stored has expired, too')
  t.equal(cognito.calls, 3)
})

test('S-09 a logout between the rotation and the write wins, and the new token is revoked', async t => {
  const { cognito, start, expired } = scene(t)
  const [one, other] = [start(), start()]
  const session = await expired()
  const answer = door()
  cognito.after.push(answer.pass)
  const refreshing = one.get(session)
  await answer.reached
  await other.store.destroy(session)
  answer.open()
  await t.rejects(refreshing, { ...isOver, reason: 'ended_meanwhile' })
  t.equal((await other.store.find(session.id)).kind, 'ended')
  t.equal(cognito.revoked.length, 1)
  t.not(cognito.revoked[0], session.tokens()?.refreshToken)
})

test('who waits for a lease that never comes free gives up, whatever the clock does', async t => {
  const { clock, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  await one.store.acquireLease(session, 1e9)
  const waiting = one.get(session)
  clock.advance(-60_000)
  clock.advance(60_000)
  await t.rejects(waiting, { code: 'cognito_unavailable', reason: 'lease_wait' })
})

test('a temporary failure of Cognito does not end the session', async t => {
  const { cognito, start, expired } = scene(t)
  const one = start()
  const session = await expired()
  cognito.before.push(() => {
    throw new AppError('cognito_unavailable', { reason: 'throttled' })
  })
  await t.rejects(one.get(session), { code: 'cognito_unavailable' })
  t.ok(await one.get(session), 'the next request succeeds')
  t.equal(cognito.calls, 2)
})
