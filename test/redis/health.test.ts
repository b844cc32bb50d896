import { test } from 'tap'
import type { RedisEvent } from '../../src/redis/connection.ts'
import { health, keepConnecting } from '../../src/redis/link.ts'

function watched() {
  const events: RedisEvent[] = []
  return { events, news: health(event => events.push(event)) }
}

test('only changes are news, and the cause that lasts behind the first symptom', async t => {
  const { events, news } = watched()
  const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  const lasting = new Error('WRONGPASS invalid username-password pair or user is disabled.')
  news.up()
  news.up()
  news.down(error)
  news.down(new Error('Socket closed unexpectedly'))
  for (let i = 0; i < 3; i++) news.down(lasting)
  news.up()
  await news.started
  t.same(events, [
    { type: 'redis_up' },
    { type: 'redis_down', error },
    { type: 'redis_down', error: lasting },
    { type: 'redis_up' }
  ])
})

test('nothing is news any more while it closes', async t => {
  const { events, news } = watched()
  news.silence()
  news.down(new Error('closed'))
  news.up()
  await news.started
  t.same(events, [])
})

test('connecting is tried until it succeeds', async t => {
  const { events, news } = watched()
  let tries = 0
  await keepConnecting(async () => {
    tries += 1
    if (tries < 3) throw new Error('away')
  }, news)
  t.equal(tries, 3)
  t.same(
    events.map(({ type }) => type),
    ['redis_down', 'redis_up']
  )
})

test('connecting is not tried again once it closes', async t => {
  const { news } = watched()
  let tries = 0
  await keepConnecting(async () => {
    tries += 1
    news.silence()
    throw new Error('closed')
  }, news)
  t.equal(tries, 1)
})
