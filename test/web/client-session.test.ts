/** The typed client's session: who is logged in, when it ends, and what other tabs know of it. */
import { mock } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { type Test, test } from 'tap'
import { createClient } from '../../packages/client/src/client.ts'
import { problem, sessionUntil } from './support.ts'

const start = Date.UTC(2026, 10, 22, 12)
const minute = 60_000

/** A client over a service that is a function, at a clock that only the test moves. */
function clientOf(t: Test, answers: Record<string, () => Response | Promise<Response>>) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: start })
  const asked: string[] = []
  const client = createClient({
    channel: t.name,
    fetch: async input => {
      asked.push(String(input))
      const answer = answers[String(input)]
      if (!answer) throw new Error(`nobody told what ${input} answers`)
      return answer()
    }
  })
  t.teardown(() => {
    client.close()
    mock.timers.reset()
  })
  return { client, asked }
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      date: new Date().toUTCString()
    }
  })

/** Lets time pass, and what it has woken finish. */
async function pass(ms: number) {
  mock.timers.tick(ms)
  for (let turn = 0; turn < 20; turn++) await setImmediate()
}

test('the session is unknown until the service is asked', async t => {
  const { client, asked } = clientOf(t, { '/auth/session': () => json({ authenticated: false }) })
  t.same(client.session.current, { kind: 'unknown' })
  t.equal(asked.length, 0, 'making a client asks nothing')
  t.same(await client.session.refresh(), { kind: 'signed-out', reason: 'none' })
})

test('a login reaches every subscriber', async t => {
  const session = sessionUntil(start + 30 * minute)
  const { client } = clientOf(t, {
    '/auth/login': () => json({ status: 'authenticated', session })
  })
  const seen: string[] = []
  const stop = client.session.subscribe(() => seen.push(client.session.current.kind))
  await client.logIn({ email: 'a', password: 'b' })
  stop()
  t.same(seen, ['signed-in'])
})

test('a login that ends in a challenge opens no session', async t => {
  const challenge = { name: 'SMS_MFA', expiresAt: new Date(start).toISOString() }
  const { client } = clientOf(t, { '/auth/login': () => json({ status: 'challenge', challenge }) })
  await client.logIn({ email: 'a', password: 'b' })
  t.equal(client.session.current.kind, 'unknown')
})

test('two minutes before the idle end a warning is due, after asking whether it still is', async t => {
  let idle = start + 30 * minute
  const { client, asked } = clientOf(t, {
    '/auth/session': () => json(sessionUntil(idle, start + 600 * minute))
  })
  await client.session.refresh()
  idle += 5 * minute
  await pass(28 * minute)
  t.equal(asked.length, 2, 'the service is asked')
  t.notMatch(client.session.current, { endingAt: Number }, 'a call has put the end off')
  await pass(5 * minute)
  t.match(client.session.current, {
    kind: 'signed-in',
    endingAt: start + 35 * minute,
    isExtendable: true
  })
})

test('at the absolute end activity does not help', async t => {
  const end = start + 10 * minute
  const { client } = clientOf(t, { '/auth/session': () => json(sessionUntil(end, end)) })
  await client.session.refresh()
  await pass(8 * minute)
  t.match(client.session.current, { endingAt: end, isExtendable: false })
})

test('staying signed in is activity, and the warning goes', async t => {
  let idle = start + 30 * minute
  const { client, asked } = clientOf(t, {
    '/auth/session': () => json(sessionUntil(idle, start + 600 * minute)),
    '/auth/sessions': () => {
      idle = Date.now() + 30 * minute
      return json({ sessions: [] })
    }
  })
  await client.session.refresh()
  await pass(28 * minute)
  t.match(client.session.current, { endingAt: Number })
  await client.session.extend()
  t.notMatch(client.session.current, { endingAt: Number })
  t.same(asked.slice(-2), ['/auth/sessions', '/auth/session'])
})

test('when the time is over, the session has ended', async t => {
  const end = start + 10 * minute
  const { client } = clientOf(t, {
    '/auth/session': () => json(Date.now() < end ? sessionUntil(end) : { authenticated: false })
  })
  await client.session.refresh()
  await pass(8 * minute)
  await pass(2 * minute + 1000)
  t.same(client.session.current, { kind: 'signed-out', reason: 'ended' })
})

test('when the time is over and no request succeeds, the session has ended', async t => {
  const end = start + 10 * minute
  const { client } = clientOf(t, {
    '/auth/session': () => {
      if (Date.now() >= end) throw new TypeError('no network')
      return json(sessionUntil(end))
    }
  })
  await client.session.refresh()
  await pass(8 * minute)
  await pass(2 * minute + 1000)
  t.same(client.session.current, { kind: 'signed-out', reason: 'ended' })
})

test('a clock that is wrong by an hour does not matter', async t => {
  const hour = 60 * minute
  const { client } = clientOf(t, {
    '/auth/session': () => {
      const answer = json(sessionUntil(start + hour + 30 * minute, start + 9 * hour))
      answer.headers.set('date', new Date(Date.now() + hour).toUTCString())
      return answer
    }
  })
  await client.session.refresh()
  t.notMatch(client.session.current, { endingAt: Number })
  await pass(28 * minute)
  t.match(client.session.current, { endingAt: start + 30 * minute })
  t.equal(client.now(), Date.now() + hour, 'and whoever asks is told the right time')
})

test('a refused call ends the session only if the service confirms it', async t => {
  let session: unknown = sessionUntil(start + 30 * minute)
  const { client, asked } = clientOf(t, {
    '/auth/session': () => json(session),
    '/auth/profile': () => json(problem('session_expired'), 401)
  })
  await client.session.refresh()
  await t.rejects(client.getProfile(), { code: 'session_expired', isSignedOut: true })
  await pass(0)
  t.equal(client.session.current.kind, 'signed-in', 'a late refusal of an older session')
  session = { authenticated: false }
  await t.rejects(client.getProfile(), { code: 'session_expired' })
  await pass(0)
  t.same(client.session.current, { kind: 'signed-out', reason: 'ended' })
  t.same(asked.filter(path => path === '/auth/session').length, 3)
})

test('a session the service refuses to tell of is none, and is not asked for in circles', async t => {
  const { client, asked } = clientOf(t, {
    '/auth/session': () => json(problem('session_expired'), 401)
  })
  t.same(await client.session.refresh(), { kind: 'signed-out', reason: 'none' })
  await pass(0)
  t.ok(asked.length <= 2)
})

test('an answer that a logout has overtaken is dropped', async t => {
  let answer: (response: Response) => void = () => undefined
  const { client } = clientOf(t, {
    '/auth/logout': () => new Response(null, { status: 204 }),
    '/auth/session': () =>
      new Promise(resolve => {
        answer = resolve
      })
  })
  const asking = client.session.refresh()
  await client.logOut()
  answer(json(sessionUntil(start + 30 * minute)))
  t.same(await asking, { kind: 'signed-out', reason: 'left' })
})
