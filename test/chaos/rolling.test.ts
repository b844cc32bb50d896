import { test } from 'tap'
import { ask, hello, login } from './client.ts'
import { rolling } from './scenarios/rolling.ts'
import { makeWorld, until } from './world.ts'

test('O-07 O-08 instances and session keys are replaced under load without a failed request', async t => {
  const options = { instances: 2, sessions: 8, rounds: 1, isRotatingKeys: true }
  const { figures, problems } = await rolling(t, options)
  t.same(problems, [])
  t.equal(figures['instances replaced'], 4)
})

test('a Redis that was restarted empty ends sessions, and nothing worse', async t => {
  const world = await makeWorld(t)
  const { url } = world.next()
  const cookie = await login(url)
  await world.redis.stop()
  await world.redis.start()
  await until(
    () => ask(url, '/readyz'),
    ({ status }) => status === 200
  )
  const answer = await hello(url, cookie)
  t.match(answer, { status: 401, code: 'session_expired', cookie: null })
  t.equal((await hello(url, await login(url))).status, 200)
})
