/** Fills a Redis with sessions, by the product's own store, and weighs them. */
import { connectRedis } from '../../src/redis/connect.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import { createSessionStore } from '../../src/session/store.ts'
import { inspect } from '../redis.ts'
import { median } from '../rounds.ts'
import { sessionKey } from '../service.ts'
import { idle, makeSession, plainJson } from './session.ts'

/** In bytes of Redis's memory, by `used_memory` of INFO before and after. */
export interface Weight {
  readonly sessions: number
  readonly seconds: number
  /** All that a session takes: its record, and its line in the index of its user. */
  readonly each: number
  /** The record alone, with its key: median of MEMORY USAGE over some. */
  readonly record: number
}

/**
 * Sessions are written as used a while from now: none is due to slide its idle time during a measurement, which
 * each would be once a minute.
 */
const ahead = 15 * 60_000
/** Commands of one turn of the loop go to Redis together. */
const atOnce = 256

export async function fill(url: string, sessions: number): Promise<Weight> {
  const backend = redisBackend(connectRedis({ url }))
  const clock = () => Date.now() + ahead
  const store = createSessionStore({ backend, keys: [sessionKey], idleSeconds: idle / 1000, clock })
  const begun = performance.now()
  const before = await usedMemory(url)
  await inBatches(sessions, async number => {
    const { id, data, tokens, device } = makeSession(number, clock())
    await store.create(id, data, tokens, device)
  })
  const each = ((await usedMemory(url)) - before) / sessions
  await store.close()
  const record = await recordMemory(url)
  return { sessions, seconds: (performance.now() - begun) / 1000, each, record }
}

/** What plain JSON takes, as connect-redis stores it: one string each. Leaves the Redis empty. */
export async function weighPlainJson(url: string, sessions: number): Promise<number> {
  const redis = await inspect(url)
  const before = await usedMemory(url)
  await inBatches(sessions, async number => {
    const session = makeSession(number, Date.now())
    await redis.send('SET', `sess:${session.id}`, plainJson(session), 'PX', `${idle}`)
  })
  const each = ((await usedMemory(url)) - before) / sessions
  await redis.send('FLUSHALL', 'SYNC')
  redis.close()
  return each
}

async function inBatches(count: number, write: (number: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += atOnce) {
    const size = Math.min(atOnce, count - from)
    await Promise.all(Array.from({ length: size }, (_, i) => write(from + i)))
  }
}

async function usedMemory(url: string): Promise<number> {
  const redis = await inspect(url)
  const info = String(await redis.send('INFO', 'memory'))
  redis.close()
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1])
}

async function recordMemory(url: string): Promise<number> {
  const redis = await inspect(url)
  const keys = await redis.someKeys('bff:s:*', 200)
  const sizes = await Promise.all(keys.map(key => redis.send('MEMORY', 'USAGE', key)))
  redis.close()
  return median(sizes.map(Number))
}
