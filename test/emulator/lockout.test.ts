/** The lock that grows with wrong passwords. */

import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, refusalOf, sdkFor, signIn } from './sdk.ts'
import { answer, beginProof, timestamp } from './srp-client.ts'

const locked = notAuthorized('Password attempts exceeded')

async function setUp(t: Test) {
  const start = Date.UTC(2026, 5, 8, 7)
  const cognito = await startCognito(t, { now: () => start })
  const sdk = sdkFor(t, cognito)
  const fail = (username = demo) => refusalOf(signIn(sdk, cognito, username, 'Wrong-Horse-9'))
  const failTimes = async (times: number) => {
    for (let time = 0; time < times; time += 1) t.same(await fail(), notAuthorized())
  }
  return { cognito, sdk, fail, failTimes, start, succeed: () => signIn(sdk, cognito) }
}

test('the fifth wrong password locks for a second, each further one twice as long', async t => {
  const { cognito, fail, failTimes } = await setUp(t)
  await failTimes(5)
  for (const seconds of [1, 2, 4, 8]) {
    t.same(await fail(), locked)
    await cognito.advance(seconds - 1)
    if (seconds > 1) t.same(await fail(), locked)
    await cognito.advance(1)
    t.same(await fail(), notAuthorized())
  }
})

test('during a lock the right password is refused too, and attempts do not lengthen it', async t => {
  const { cognito, sdk, failTimes, succeed } = await setUp(t)
  await failTimes(5)
  for (let time = 0; time < 5; time += 1) t.same(await refusalOf(succeed()), locked)
  await cognito.advance(1)
  t.ok((await signIn(sdk, cognito)).AuthenticationResult)
})

test('a success forgets the failures before it', async t => {
  const { failTimes, succeed } = await setUp(t)
  await failTimes(4)
  await succeed()
  await failTimes(4)
  t.ok((await succeed()).AuthenticationResult)
})

test('fifteen quiet minutes after a lock forget it', async t => {
  const { cognito, failTimes, succeed } = await setUp(t)
  await failTimes(5)
  await cognito.advance(1 + 15 * 60)
  await failTimes(4)
  t.ok((await succeed()).AuthenticationResult)
})

test('the lock never exceeds fifteen minutes', async t => {
  const { cognito, failTimes, succeed } = await setUp(t)
  await failTimes(5)
  for (let seconds = 1; seconds <= 1024; seconds *= 2) {
    await cognito.advance(Math.min(seconds, 899))
    if (seconds > 899) await cognito.advance(1)
    await failTimes(1)
  }
  await cognito.advance(15 * 60 - 1)
  t.same(await refusalOf(succeed()), locked)
  await cognito.advance(1)
  t.ok((await succeed()).AuthenticationResult)
})

test('a wrong proof counts, and a right one is refused during the lock', async t => {
  const { cognito, sdk, failTimes, start } = await setUp(t)
  await failTimes(4)
  const at = timestamp(new Date(start))
  const wrong = await beginProof(sdk, cognito, demo, 'Wrong-Horse-9')
  t.same(await refusalOf(answer(sdk, cognito, wrong.prove(at))), notAuthorized())
  const right = await beginProof(sdk, cognito, demo, 'Correct-Horse-9')
  t.same(await refusalOf(answer(sdk, cognito, right.prove(at))), locked)
})

test('an unknown name locks like any other', async t => {
  const { fail } = await setUp(t)
  const nobody = 'nobody@example.com'
  for (let time = 0; time < 5; time += 1) t.same(await fail(nobody), notAuthorized())
  t.same(await fail(nobody), locked)
  t.same(await fail('someone.else@example.com'), notAuthorized())
})

test('the lock can be switched off', async t => {
  const { cognito, failTimes } = await setUp(t)
  await cognito.patchPool({ lockout: false })
  await failTimes(8)
})
