/** Errors that are posted between threads keep all that the client receives, and nothing else. */

import { test } from 'tap'
import { deserialiseError, serialiseError } from '../../../src/cognito/thread/messages.ts'
import { AppError } from '../../../src/errors.ts'

/** What a message to another thread makes of it. */
const crossed = (error: unknown) => deserialiseError(structuredClone(serialiseError(error)))

test('an AppError arrives as it was thrown', async t => {
  const cause = Object.assign(new Error('the code is old'), { name: 'ExpiredCodeException' })
  const thrown = new AppError('invalid_request', {
    detail: 'A sentence of its own.',
    errors: [{ field: 'code', message: 'is old', code: 'invalid' }],
    delivery: { medium: 'EMAIL', destination: 'a***@e***' },
    retryAfterSeconds: 7,
    reason: 'somewhere_deep',
    cause
  })
  const error = crossed(thrown)
  t.ok(error instanceof AppError)
  t.same({ ...error }, { ...thrown })
  t.equal(error.message, thrown.message)
  t.equal(error.stack, thrown.stack)
  t.match(error.cause, { name: cause.name, message: cause.message, stack: cause.stack })
})

test('an AppError with nothing but its code gets its defaults again', async t => {
  for (const code of [
    'session_expired',
    'cognito_unavailable',
    'attempt_limit_exceeded'
  ] as const) {
    const thrown = new AppError(code)
    t.same({ ...crossed(thrown) }, { ...thrown })
  }
  const weak = new AppError('invalid_password', { passwordRule: 'needs_digit' })
  t.same({ ...crossed(weak) }, { ...weak })
})

test('any other error keeps name, message and stack', async t => {
  const thrown = new TypeError('undefined is not a function')
  const error = crossed(thrown)
  t.notOk(error instanceof AppError)
  t.match(error, { name: 'TypeError', message: thrown.message, stack: thrown.stack })
})

test('what hangs on an error besides may hold a token, and stays behind', async t => {
  const thrown = Object.assign(new Error('unreadable'), { $response: { body: 'eyJ-seeded' } })
  t.notMatch(
    JSON.stringify(serialiseError(new AppError('upstream_error', { cause: thrown }))),
    'seeded'
  )
  t.notMatch(JSON.stringify(serialiseError('eyJ-seeded')), 'seeded', 'thrown text is not quoted')
})

test('causes go round in no circle', async t => {
  const thrown = new Error('a')
  thrown.cause = thrown
  let depth = 0
  for (let error = crossed(thrown); error.cause instanceof Error; error = error.cause) depth += 1
  t.equal(depth, 5)
})
