import { test } from 'tap'
import { crash } from './scenarios/crash.ts'
import { crossing } from './scenarios/crossing.ts'
import { stampede } from './scenarios/stampede.ts'

test('T-06 500 requests of an expired session over 4 processes make one refresh', async t => {
  const options = { requests: 500, processes: 4, cognitoTakes: 0, rounds: 1 }
  t.same((await stampede(t, options)).problems, [])
})

test('T-07 the same while Cognito takes longer than the lease lasts', async t => {
  const options = { requests: 100, processes: 2, cognitoTakes: 4000, rounds: 1 }
  t.same((await stampede(t, options)).problems, [])
})

test('T-08 tokens never cross sessions while they expire all the time', async t => {
  const options = { sessions: 12, processes: 2, pairings: 2000, atOnce: 24, seed: 1 }
  const { figures, problems } = await crossing(t, options)
  t.same(problems, [])
  t.equal(figures['pairings checked'], 2000)
})

test('T-07 a process killed between rotation and write ends no session', async t => {
  t.same((await crash(t, { grace: 30, rounds: 1 })).problems, [])
})

test('T-10 outside the grace such a session ends, is audited, and its cookie cleared', async t => {
  t.same((await crash(t, { grace: 0, rounds: 1 })).problems, [])
})
