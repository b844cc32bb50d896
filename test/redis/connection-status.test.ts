import { test } from 'tap'
import { connectionStatus, connectWithRetries } from '../../src/redis/client.ts'
import type { RedisEvent } from '../../src/redis/connection.ts'

function recordedStatus() {
  const events: RedisEvent[] = []
  return { events, status: connectionStatus(event => events.push(event)) }
}

test('only changes are reported, and the cause that shows after the first symptom', async t => {
  const { events, status } = recordedStatus()
  const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  const cause = new Error('WRONGPASS invalid username-password pair or user is disabled.')
  status.up()
  status.up()
  status.down(error)
  status.down(new Error('Socket closed unexpectedly'))
  for (let i = 0; i < 3; i++) status.down(cause)
  status.up()
  await status.firstAttempt
  t.same(events, [
    { type: 'redis_up' },
    { type: 'redis_down', error },
    { type: 'redis_down', error: cause },
    { type: 'redis_up' }
  ])
})

test('nothing is reported once it is stopped', async t => {
  const { events, status } = recordedStatus()
  status.stop()
  status.down(new Error('closed'))
  status.up()
  await status.firstAttempt
  t.same(events, [])
})

test('connecting is retried until it succeeds', async t => {
  const { events, status } = recordedStatus()
  let tries = 0
  await connectWithRetries(async () => {
    tries += 1
    if (tries < 3) throw new Error('away')
  }, status)
  t.equal(tries, 3)
  t.same(
    events.map(({ type }) => type),
    ['redis_down', 'redis_up']
  )
})

test('connecting is not retried once it is stopped', async t => {
  const { status } = recordedStatus()
  let tries = 0
  await connectWithRetries(async () => {
    tries += 1
    status.stop()
    throw new Error('closed')
  }, status)
  t.equal(tries, 1)
})
