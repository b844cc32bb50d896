/** Records in Redis that were changed: an event of their own, and no end of a session by Cognito. */
import { type Test, test } from 'tap'
import { decodeRecord, encodeRecord } from '../../src/session/record.ts'
import { scrape } from '../support/metrics.ts'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

/** A user logged in at one instance, and another instance, which has not opened the record yet. */
async function signedIn(t: Test) {
  const redis = await startRedis(t)
  const env = { REDIS_URL: redis.url, METRICS_PORT: '0' }
  const first = await startService(t, { env })
  const before = first.browser()
  await before.login()
  const service = await startService(t, { env, cognito: first.cognito })
  const one = service.browser()
  for (const [name, value] of before.jar) one.jar.set(name, value)
  /** Changes the one record there is. */
  const change = async (part: 'session' | 'tokens') => {
    const [key = ''] = [await redis.cli('KEYS', 'bff:s:*')].flat().map(String)
    const record = decodeRecord(Buffer.from((await redis.raw('GET', key)) as Buffer)) // one of ours
    if (record === null) throw new Error('There is no record')
    const bytes = Buffer.from(record[part])
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    await redis.raw('SET', key, encodeRecord({ ...record, [part]: bytes }), 'KEEPTTL')
  }
  const events = () => service.logs.map(line => JSON.parse(line)).filter(({ event }) => event)
  return { service, one, change, events }
}

for (const part of ['session', 'tokens'] as const) {
  test(`O-22 a record whose ${part} part was changed is session_unreadable, and no session.ended`, async t => {
    const { service, one, change, events } = await signedIn(t)
    await change(part)
    const { status, json } = await one.get('/api/x')
    t.match(
      { status, code: json.code },
      { status: 401, code: /^(session_expired|unauthenticated)$/ }
    )
    const [unreadable] = events().filter(({ event }) => event === 'session_unreadable')
    t.match(unreadable, { level: 40, part, reason: 'tampered' })
    t.same(
      events().filter(({ event }) => event === 'session.ended'),
      []
    )
    const { text, value } = await scrape(service)
    t.equal(value('bff_sessions_unreadable_total', { reason: 'tampered' }), 1)
    t.notMatch(text, /^bff_sessions_ended_total\{/m)
    t.equal(value('bff_events_total', { event: 'session.ended' }), 0)
    t.notMatch(service.logs.join(''), one.sessionId ?? '?')
  })
}
